"""Files that are uploaded stay small and in memory, whoever sends them."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler

MAX_REQUEST_BYTES: Final = 2 * 1024 * 1024


class SmallFileHandler(MemoryFileUploadHandler):
    """A request that says it is larger is not read; one that says nothing has no body."""

    def handle_raw_input(
        self, _input_data: Any, _meta: Any, content_length: int, _boundary: Any, _encoding: Any = None
    ) -> None:
        if content_length > MAX_REQUEST_BYTES:
            raise RequestDataTooBig("The file is larger than any that we read.")
        self.activated = True
