import pytest

from quittance.core.secret import Secret
from quittance.payment_systems.port import MisconfiguredError
from quittance.payment_systems.stripe.credentials import credential_problems, read_credentials

GOOD = {"publishable_key": "pk_test_salon", "secret_key": "sk_test_salon", "signing_secrets": "whsec_salon"}


def test_keys_that_may_be_right_raise_no_problem():
    assert credential_problems(GOOD) == {}
    assert (
        credential_problems(GOOD | {"secret_key": "rk_test_salon", "signing_secrets": ["whsec_first", "whsec_second"]})
        == {}
    )
    assert credential_problems({name: f"  {value}\n" for name, value in GOOD.items()}) == {}


@pytest.mark.parametrize(
    ("field", "typed", "part"),
    [
        ("publishable_key", "", "Copy the publishable key"),
        ("publishable_key", "sk_test_salon", "This is a secret key"),
        ("publishable_key", "pk_test_ salon", "not a whole publishable key"),
        ("secret_key", "", "Copy the secret key"),
        ("secret_key", "pk_test_salon", "This is the publishable key"),
        ("secret_key", "whsec_salon", "signing secret of the webhook"),
        ("secret_key", "sk_prod_salon", "not a whole secret key"),
        ("secret_key", "sk_test_salonß", "not a whole secret key"),
        ("secret_key", "sk_live_salon", "live payments and the publishable key for test payments"),
        ("signing_secrets", "", "Copy the signing secret"),
        ("signing_secrets", " \n\t ", "Copy the signing secret"),
        ("signing_secrets", ["", "  "], "Copy the signing secret"),
        ("signing_secrets", "whsec_salon sk_test_salon", "begins with whsec_"),
        ("signing_secrets", [f"whsec_number{number}" for number in range(6)], "at most 5"),
    ],
)
def test_each_mistake_gets_a_sentence_that_says_what_to_do(field, typed, part):
    problems = credential_problems(GOOD | {field: typed})
    assert list(problems) == [field]
    assert part in problems[field] and problems[field].endswith(".")


def test_missing_fields_are_named_one_by_one():
    assert set(credential_problems({})) == {"publishable_key", "secret_key", "signing_secrets"}


def test_keys_in_memory_do_not_print():
    credentials = read_credentials(GOOD | {"signing_secrets": "whsec_new\nwhsec_old\n"})
    assert credentials.signing_secrets == (Secret("whsec_new"), Secret("whsec_old"))
    assert credentials.live is False
    assert read_credentials(GOOD | {"secret_key": "sk_live_salon"}).live is True
    assert "sk_test_salon" not in repr(credentials) and "whsec" not in repr(credentials)


def test_an_account_without_a_secret_key_cannot_be_opened():
    with pytest.raises(MisconfiguredError, match="secret key"):
        read_credentials(GOOD | {"secret_key": ""})


def test_an_account_without_signing_secrets_can_be_opened_to_check_its_keys():
    assert read_credentials({"secret_key": ["sk_test_salon"]}).signing_secrets == ()
