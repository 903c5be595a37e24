"""The tenant, its places and people, and who may do what."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from quittance.businesses.online_payment import RULE_CHOICES, STATUS_CHOICES, OnlinePayment, OnlinePaymentRule
from quittance.businesses.presets import CLIENT, CLIENT_WORDS
from quittance.rows.fields import EncryptedField


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person who logs in; what they may do hangs on their role assignments."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    # In which the desk speaks to this person; empty: as the location where they work.
    language = models.CharField(max_length=12, blank=True, default="")
    is_active = models.BooleanField(default=True)
    # Part of what every sign-in is signed with: one more ends all that there are.
    sign_ins_ended = models.PositiveIntegerField(default=0)
    # A short number for changing places at a shared computer, hashed as passwords are; empty: none was set.
    pin_hash = models.CharField(max_length=128, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return f"user {self.pk}"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's own, with how often all sign-ins were ended; a sign-in holds only while this stays the same."""
        salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        value = f"{self.password} {self.sign_ins_ended}" if self.sign_ins_ended else self.password
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()


class Business(models.Model):
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    legal_name = models.CharField(max_length=200, blank=True, default="")
    legal_address = models.CharField(max_length=300, blank=True, default="")
    tax_number = models.CharField(max_length=60, blank=True, default="")
    # Where money goes that reaches the business by a bank transfer; printed for clients, so it is no secret.
    bank_holder = models.CharField(max_length=120, blank=True, default="")
    iban = models.CharField(max_length=34, blank=True, default="")
    # So many years after the year of its receipts an erased client's name stays on them: the law of the place.
    receipt_years = models.PositiveSmallIntegerField(default=10)
    refund_policy = models.TextField(blank=True, default="")
    cancellation_policy = models.TextField(blank=True, default="")
    # The check-list from nothing to the first paid link stands in the rail until somebody puts it away.
    first_steps_shown = models.BooleanField(default=False)
    # How client pages look: `#rrggbb` or empty for ours, and the key of the logo that is shown now.
    accent = models.CharField(max_length=7, blank=True, default="")
    logo_key = models.CharField(max_length=32, blank=True, default="")
    logo_width = models.PositiveSmallIntegerField(default=0)
    logo_height = models.PositiveSmallIntegerField(default=0)
    look_version = models.PositiveIntegerField(default=1)
    installation_epoch = models.CharField(max_length=32, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)


class Logo(models.Model):
    """A picture that a business shows or showed: papers that were issued with it keep it. Nothing changes in a row."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="logos")
    # Made of the bytes, so the same picture has the same address for ever.
    key = models.CharField(max_length=32)
    png = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "key"], name="logo_once")]
        indexes = [models.Index(fields=["key"], name="logo_by_key")]


class Location(models.Model):
    """Where. Currency, time zone and tax mode belong to the place, since one business can have several."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="locations")
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    time_zone = models.CharField(max_length=64)
    language = models.CharField(max_length=12, default="en")
    country = models.CharField(max_length=2)
    address = models.CharField(max_length=300, blank=True, default="")
    phone = models.CharField(max_length=32, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    prices_include_tax = models.BooleanField(default=True)
    # What the place calls those who come: `presets.CLIENT_WORDS`.
    client_word = models.CharField(max_length=12, choices=[(word, word) for word in CLIENT_WORDS], default=CLIENT)
    # Pages, papers and messages that clients get name no service: what somebody came for is between them and the place.
    names_no_services = models.BooleanField(default=False)
    # None: a link lives until it is paid. Otherwise minutes from its creation.
    link_life_minutes = models.PositiveIntegerField(null=True, blank=True)
    # What two online payments made too much goes back by itself after so many hours; None: a person decides.
    doubled_refund_hours = models.PositiveSmallIntegerField(null=True, blank=True, default=24)
    # What lands after its visit ended goes back at once; False: a person decides.
    late_refund_by_itself = models.BooleanField(default=True)
    online_payment_rule = models.CharField(
        max_length=24, choices=RULE_CHOICES, default=OnlinePaymentRule.NOT_AVAILABLE_FIRST
    )
    opens_minute = models.PositiveSmallIntegerField(default=8 * 60)
    closes_minute = models.PositiveSmallIntegerField(default=20 * 60)
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["business", "position"], name="location_of_business")]


class Role(models.Model):
    """A named set of access rights (values of `core.actor.Right`)."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="roles")
    slug = models.SlugField(max_length=40)
    name = models.CharField(max_length=60)
    rights = models.JSONField(default=list)
    requires_second_factor = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "slug"], name="role_slug_once")]


class RoleAssignment(models.Model):
    """What a user is at one location, or at all of the business where `location` is empty."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="assignments")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="assignments")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments")
    # Switched off with all others of the person in this business; what they were stays known.
    deactivated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "user", "role", "location"], name="assignment_once"),
            models.UniqueConstraint(
                fields=["business", "user", "role"],
                condition=models.Q(location__isnull=True),
                name="assignment_everywhere_once",
            ),
        ]


class StaffMember(models.Model):
    """Who works: a column in the calendar. May or may not log in."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="staff")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="staff")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="staff")
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=120, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    online_payment = models.CharField(max_length=16, choices=STATUS_CHOICES, default=OnlinePayment.NOT_AVAILABLE)
    archived_at = models.DateTimeField(null=True, blank=True)
    # Grows with every change that a desk form must not overwrite.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["business", "location", "position"], name="staff_of_place")]


class Invitation(models.Model):
    """Somebody is asked by email to log in here. The token stands in their mail only; we keep its hash."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # One open invitation for each address: inviting again takes the place of the one before.
            models.UniqueConstraint(
                fields=["business", "email"],
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_open_once",
            )
        ]


class SetUpCode(models.Model):
    """Printed by the command line while nobody can log in yet: whoever types it makes the first owner."""

    code_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class SecondFactor(models.Model):
    """The shared secret of somebody's authenticator app; without a row, the password is enough."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="second_factor")
    secret = EncryptedField()
    activated_at = models.DateTimeField()
    # The newest time step whose code was taken: no code is taken twice.
    last_step = models.BigIntegerField(default=0)


class RecoveryCode(models.Model):
    """For a lost phone: takes the place of one code of the app, once."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_once")]


class Passkey(models.Model):
    """The public half of a key that stays in somebody's phone or computer; ids and keys as base64url text."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="passkeys")
    credential_id = models.CharField(max_length=1400, unique=True)
    public_key = models.TextField()
    # The account's name inside the device: random, the same for all passkeys of one person.
    user_handle = models.CharField(max_length=64)
    # Goes up with each use where the device counts; a number that went back comes from a copy.
    sign_counter = models.BigIntegerField(default=0)
    transports = models.JSONField(default=list)
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    # When something that looks like a copy was refused last.
    copy_refused_at = models.DateTimeField(null=True, blank=True)


class PasskeyChallenge(models.Model):
    """A question that one browser may answer once. Its cookie holds the token; we keep the hash."""

    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=12)
    challenge = models.CharField(max_length=64)
    # Empty at the log-in page, where nobody is anybody yet.
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    user_handle = models.CharField(max_length=64, blank=True, default="")
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)


class SharedComputer(models.Model):
    """A computer at the desk where people change places by a PIN. Its cookie holds the token; we keep the hash."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
    marked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
