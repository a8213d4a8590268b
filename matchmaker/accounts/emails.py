"""Letters about accounts."""

from __future__ import annotations

from flask_babel import gettext as _

from matchmaker.accounts.models import User
from matchmaker.mail.letters import Letter


def confirm_address(user: User, url: str) -> Letter:
    """Ask whoever reads the mailbox to confirm that the address is theirs."""
    return Letter(
        subject=_("Confirm your e-mail address"),
        paragraphs=(
            _("Hello %(name)s,", name=user.name),
            _("You have registered with this address. Confirm it, and you can sign in."),
        ),
        action=(_("Confirm the address"), url),
        closing=_(
            "The link works once, for three days. If you did not register, do nothing: without "
            "the confirmation nobody can sign in with your address."
        ),
    )


def already_registered(user: User, sign_in_url: str) -> Letter:
    """Tell a person who registers again that the account is there."""
    return Letter(
        subject=_("You already have an account"),
        paragraphs=(
            _("Hello %(name)s,", name=user.name),
            _("Somebody has just tried to register with this address, which has an account."),
            _("If it was you, sign in. There you can also set a new password."),
        ),
        action=(_("Sign in"), sign_in_url),
        closing=_("If it was not you, do nothing. Nothing was changed."),
    )


def reset_password(user: User, url: str) -> Letter:
    """Bring the link by which a new password is set."""
    return Letter(
        subject=_("Set a new password"),
        paragraphs=(
            _("Hello %(name)s,", name=user.name),
            _("You asked to set a new password. It also signs you out on every device."),
        ),
        action=(_("Set a new password"), url),
        closing=_(
            "The link works once, for one hour. If you did not ask for it, do nothing: your "
            "password stays as it is."
        ),
    )


def password_changed(user: User, forgot_url: str) -> Letter:
    """Tell a person that the password was changed."""
    return Letter(
        subject=_("Your password was changed"),
        paragraphs=(
            _("Hello %(name)s,", name=user.name),
            _("Your password was changed just now, and your other devices were signed out."),
            _("If it was not you, set a new password at once and tell the office."),
        ),
        action=(_("Set a new password"), forgot_url),
    )


def confirm_new_address(user: User, url: str) -> Letter:
    """Ask whoever reads the new mailbox to confirm the change."""
    return Letter(
        subject=_("Confirm your new e-mail address"),
        paragraphs=(
            _("Hello %(name)s,", name=user.name),
            _("You want to sign in with this address from now on. Confirm it."),
        ),
        action=(_("Confirm the address"), url),
        closing=_(
            "The link works once, for one day. If you did not ask for it, do nothing: nothing "
            "changes."
        ),
    )


def address_changed(user: User, forgot_url: str) -> Letter:
    """Tell the old mailbox that another address has taken its place."""
    return Letter(
        subject=_("Your e-mail address was changed"),
        paragraphs=(
            _("Hello %(name)s,", name=user.name),
            _("You sign in with another address from now on; mails go there, too."),
            _("If it was not you, tell the office at once: somebody uses your account."),
        ),
        action=(_("Set a new password"), forgot_url),
    )


def second_factor_changed(user: User, settings_url: str) -> Letter:
    """Tell a person that the second factor or its recovery codes were changed."""
    return Letter(
        subject=_("Your sign-in codes were changed"),
        paragraphs=(
            _("Hello %(name)s,", name=user.name),
            _("The codes you sign in with, or your recovery codes, were changed just now."),
            _("If it was not you, change your password at once and tell the office."),
        ),
        action=(_("See your settings"), settings_url),
    )


def staff_invitation(office: str, role: str, url: str) -> Letter:
    """Invite somebody to work in the service."""
    return Letter(
        subject=_("Invitation to %(office)s", office=office),
        paragraphs=(
            _("%(office)s invites you to its matchmaking service.", office=office),
            _("Your role there: %(role)s.", role=role),
            _(
                "You will choose a password and then set up codes for signing in. Have your "
                "phone with an authenticator app at hand."
            ),
        ),
        action=(_("Accept the invitation"), url),
        closing=_("The link works once, for seven days."),
    )
