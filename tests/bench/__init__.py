"""`make bench`: how fast the product is beside the bare framework, on both databases, in the same minutes."""
