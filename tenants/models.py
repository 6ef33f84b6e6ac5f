"""People, organisations, registrations, keys, acts of two persons, tokens: all in the shared schema.

Tables of a tenant's schema never point here by a foreign key: a cascade would look for them from `public`
and fail. They keep the person's id as text instead; people are deactivated, not deleted.
"""

import uuid
from typing import Any, ClassVar

from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django_tenants.models import TenantMixin

# What counts as a second factor: recovery codes only stand in for one.
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class UserManager(BaseUserManager["User"]):
    """Makes users; the address is kept in lower case, so that one person has one sign-in."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A sign-in: address, password, second factors (allauth's). What a person may do is in Membership."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField()
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["email"], name="one_user_per_email")]

    def get_full_name(self) -> str:
        return self.email

    def get_session_auth_hash(self) -> str:
        """Also ends the sessions of before when a second factor comes or goes: a password that was stolen
        before there was one must not open what the factor guards."""
        kinds = Authenticator.objects.filter(user=self, type__in=SECOND_FACTORS)
        return super().get_session_auth_hash() + "".join(sorted({row.type for row in kinds}))

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's own permissions are not used here: nobody has any."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class Organisation(models.Model):
    """An account of the ledger: one enterprise, auditor, regulator or administrator organisation."""

    account = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=120)
    usci = models.CharField(max_length=18, blank=True)
    sector = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=12, default="applied")
    registered_tx = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["usci"],
                name="one_organisation_per_usci",
                condition=~models.Q(usci="") & ~models.Q(status="closed"),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Tenant(TenantMixin):  # type: ignore[misc]  # the library has no types
    """The schema of one enterprise (`t_000001`, from our own counter). `organisation` is empty for the
    template schema alone, which nobody can enter."""

    auto_create_schema = False
    auto_drop_schema = False

    schema_name = models.CharField(max_length=63)
    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, null=True, related_name="tenant"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schema_name"], name="one_tenant_per_schema")]


class SchemaScript(models.Model):
    """The SQL that makes a tenant's schema, dumped from the template schema at the last migration."""

    version = models.CharField(max_length=64, primary_key=True)
    script = models.TextField()
    made_at = models.DateTimeField()


class Person(models.Model):
    """One human in one organisation, with a random id that is the same on the ledger and on all her devices.

    Who works for several enterprises has a person for each, behind one sign-in: the ledger binds a person's
    keys to one account.
    """

    id = models.CharField(max_length=40, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="people")
    name = models.CharField(max_length=80)
    phone = models.CharField(max_length=30, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's role in an organisation. Pending until the ledger has activated the person."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20)
    status = models.CharField(max_length=12, default="pending")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "organisation"], name="one_role_per_organisation")
        ]


class BoundKey(models.Model):
    """Read model of `person~` on the ledger: a public key and what it may be used for."""

    fingerprint = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="keys")
    use = models.CharField(max_length=8)
    spki = models.CharField(max_length=200)
    proof = models.TextField(blank=True)
    status = models.CharField(max_length=10, default="pending")
    bound_tx = models.CharField(max_length=64, blank=True)
    valid_from = models.DateTimeField(null=True)
    created_at = models.DateTimeField()


class Registration(models.Model):
    """An application: of an organisation with its first person, or (kind `member`) of a colleague."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code_digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    state = models.CharField(max_length=12, default="submitted")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="registrations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="registrations")
    role = models.CharField(max_length=20)
    action = models.CharField(max_length=40)
    challenge = models.CharField(max_length=64)
    remark = models.TextField(blank=True)
    decided_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code_digest"], name="one_registration_per_code")]
        indexes = [
            models.Index(fields=["state", "created_at"], name="registration_queue"),
            models.Index(fields=["action"], name="registration_by_action"),
        ]


class RegistrationDocument(models.Model):
    """A file of an application: licence, accreditation, appointment. The bytes lie under TANHENG_HOME."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="documents")
    title = models.CharField(max_length=120)
    media_type = models.CharField(max_length=40)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()


class OnboardingStep(models.Model):
    """One step from approval to a working account. Done steps stay done; a retry runs the rest."""

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=20)
    state = models.CharField(max_length=10, default="waiting")
    detail = models.TextField(blank=True)
    intent_id = models.UUIDField(null=True)
    tx_id = models.CharField(max_length=64, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registration", "name"], name="each_step_once")]
        indexes = [models.Index(fields=["intent_id"], name="step_by_intent")]


class TwoStepAction(models.Model):
    """Read model of `action~` on the ledger: an act that a second person confirms."""

    id = models.CharField(max_length=40, primary_key=True)
    act = models.CharField(max_length=40)
    act_args = models.TextField()
    digest = models.CharField(max_length=64)
    account = models.CharField(max_length=40)
    proposed_by = models.CharField(max_length=40)
    confirmed_by = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=12)
    not_before = models.CharField(max_length=30, blank=True)
    not_after = models.CharField(max_length=30, blank=True)
    proposed_tx = models.CharField(max_length=64)
    last_tx = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["state", "created_at"], name="action_queue")]


class ActReason(models.Model):
    """Why an act of two persons was proposed: the ledger has the digest of these words only."""

    digest = models.CharField(max_length=64, primary_key=True)
    text = models.TextField()
    person = models.CharField(max_length=40)
    created_at = models.DateTimeField()


class ApiToken(models.Model):
    """A program's way in: acts as the person, within her role. Only the digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    hint = models.CharField(max_length=8)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest"], name="one_token_per_digest")]


class CaseAssignment(models.Model):
    """Door 1's list: which auditor may enter which enterprise's schema, for which period, while open."""

    case = models.CharField(max_length=160, primary_key=True)
    auditor = models.CharField(max_length=40)
    account = models.CharField(max_length=40)
    period = models.CharField(max_length=10)
    open = models.BooleanField(default=True)
    opened_tx = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["auditor", "open"], name="assignment_by_auditor")]


# At the end: it points to Person. Django looks for an app's models here.
from tenants.recovery_models import KeyRecovery  # noqa: E402, F401
