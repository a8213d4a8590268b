"""First tables, and triggers that keep what was once written down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit_entry", "decision", "application_step", "consent")
"""Rows are added to these, and never changed or deleted, not even by a mistake of ours."""


def keep_rows_for_good() -> None:
    """Let the database refuse UPDATE and DELETE on the append-only tables."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            name = f"{table}_refuses_{verb.lower()}"
            if on_postgresql:
                does = "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            else:
                does = f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
            op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {does}")


def upgrade() -> None:
    op.create_table(
        "certificate_scheme",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("names", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_certificate_scheme")),
    )
    op.create_table(
        "company",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("is_exporter", sa.Boolean(), nullable=False),
        sa.Column("is_buyer", sa.Boolean(), nullable=False),
        sa.Column("is_sourcing_office", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_language", sa.String(length=2), nullable=False),
        sa.Column("name_kana", sa.String(length=200), nullable=True),
        sa.Column("name_latin", sa.String(length=200), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region", sa.String(length=80), nullable=True),
        sa.Column("city", sa.String(length=80), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("website", sa.String(length=200), nullable=True),
        sa.Column("register_number", sa.String(length=32), nullable=True),
        sa.Column("founded_year", sa.Integer(), nullable=True),
        sa.Column("languages", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("description_language", sa.String(length=2), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("erased_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "is_exporter OR is_buyer OR is_sourcing_office", name=op.f("ck_company_is_something")
        ),
        sa.CheckConstraint(
            "merged_into_id IS NULL OR merged_into_id <> id",
            name=op.f("ck_company_not_merged_into_itself"),
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["company.id"], name=op.f("fk_company_merged_into_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
        sa.UniqueConstraint("public_id", name=op.f("uq_company_public_id")),
    )
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_country"), ["country"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_company_merged_into_id"), ["merged_into_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_company_name"), ["name"], unique=False)
        batch_op.create_index(
            "uq_company_country_register_number",
            ["country", "register_number"],
            unique=True,
            sqlite_where=sa.text("merged_into_id IS NULL AND erased_at IS NULL"),
            postgresql_where=sa.text("merged_into_id IS NULL AND erased_at IS NULL"),
        )

    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "home_fair",
                "fair_abroad",
                "delegation",
                name="eventkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("summary", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("venue", sa.String(length=200), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("opens_at", sa.Time(), nullable=False),
        sa.Column("closes_at", sa.Time(), nullable=False),
        sa.Column("applications_open_at", sa.DateTime(), nullable=False),
        sa.Column("applications_close_at", sa.DateTime(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "applications_open_at < applications_close_at",
            name=op.f("ck_event_applications_open_before_they_close"),
        ),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_event_opens_before_it_closes")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_event_starts_before_it_ends")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("code", name=op.f("uq_event_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_event_public_id")),
    )
    op.create_table(
        "hs_code",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("names", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("search", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("length(code) IN (2, 4, 6)", name=op.f("ck_hs_code_code_length")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_hs_code")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "sent", "failed", name="outboxstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_message_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_outbox_message_public_id")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outbox_message_recipient"), ["recipient"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_outbox_message_state_next_attempt_at"),
            ["state", "next_attempt_at"],
            unique=False,
        )

    op.create_table(
        "run_snapshot",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_run_snapshot")),
    )
    op.create_table(
        "sector",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("parent_code", sa.String(length=16), nullable=True),
        sa.Column("names", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("hs_prefixes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["sector.code"], name=op.f("fk_sector_parent_code_sector")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_sector")),
    )
    with op.batch_alter_table("sector", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sector_parent_code"), ["parent_code"], unique=False)

    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "member",
                "officer",
                "observer",
                "interpreter",
                "administrator",
                name="role",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=256), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(), nullable=True),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(), nullable=True),
        sa.Column("totp_secret", sa.String(length=64), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "email = lower(email)", name=op.f("ck_user_account_email_is_lower_case")
        ),
        sa.CheckConstraint(
            "failed_count >= 0", name=op.f("ck_user_account_failed_count_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
        sa.UniqueConstraint("public_id", name=op.f("uq_user_account_public_id")),
    )
    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("exhibitor", "buyer", name="applicationkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("message_language", sa.String(length=2), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "under_review",
                "shortlisted",
                "accepted",
                "waitlisted",
                "rejected",
                "withdrawn",
                name="applicationstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_application_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_application_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint(
            "event_id", "company_id", "kind", name=op.f("uq_application_event_id_company_id_kind")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_application_public_id")),
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_application_company_id"), ["company_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_application_event_id_state"), ["event_id", "state"], unique=False
        )

    op.create_table(
        "buyer_profile",
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column(
            "business_type",
            sa.Enum(
                "importer",
                "trading_house",
                "wholesaler",
                "retailer",
                "online_retailer",
                "manufacturer",
                "restaurant_chain",
                name="businesstype",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("import_evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_buyer_profile_company_id_company")
        ),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_buyer_profile")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "directory",
                "suggestions",
                "partner_sharing",
                name="purpose",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_consent_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_consent_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consent_company_id_purpose_id"),
            ["company_id", "purpose", "id"],
            unique=False,
        )

    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=120), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_contact_company_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_company_id"), ["company_id"], unique=False)

    op.create_table(
        "contact_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exporter_id", sa.Integer(), nullable=False),
        sa.Column("buyer_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "exporter_id <> buyer_id", name=op.f("ck_contact_release_two_companies")
        ),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["company.id"], name=op.f("fk_contact_release_buyer_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["exporter_id"], ["company.id"], name=op.f("fk_contact_release_exporter_id_company")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_release")),
        sa.UniqueConstraint(
            "exporter_id", "buyer_id", name=op.f("uq_contact_release_exporter_id_buyer_id")
        ),
    )
    with op.batch_alter_table("contact_release", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_release_buyer_id"), ["buyer_id"], unique=False
        )

    op.create_table(
        "event_sector",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("sector_code", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_sector_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["sector_code"], ["sector.code"], name=op.f("fk_event_sector_sector_code_sector")
        ),
        sa.PrimaryKeyConstraint("event_id", "sector_code", name=op.f("pk_event_sector")),
    )
    op.create_table(
        "exporter_profile",
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("association", sa.String(length=200), nullable=True),
        sa.Column("membership_number", sa.String(length=60), nullable=True),
        sa.Column(
            "supplier_kind",
            sa.Enum(
                "manufacturer", "trader", "any", name="supplierkind", native_enum=False, length=32
            ),
            nullable=True,
        ),
        sa.Column("staff_count", sa.Integer(), nullable=True),
        sa.Column("turnover_pkr", sa.BigInteger(), nullable=True),
        sa.Column("women_led", sa.Boolean(), nullable=True),
        sa.Column("first_time", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "staff_count >= 0", name=op.f("ck_exporter_profile_staff_count_not_negative")
        ),
        sa.CheckConstraint(
            "turnover_pkr >= 0", name=op.f("ck_exporter_profile_turnover_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_exporter_profile_company_id_company")
        ),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_exporter_profile")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("arguments", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "done",
                "failed",
                "cancelled",
                name="jobstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("cancel_requested_at", sa.DateTime(), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("done >= 0 AND done <= total", name=op.f("ck_job_progress")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_job_created_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("public_id", name=op.f("uq_job_public_id")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_job_state_lease_until"), ["state", "lease_until"], unique=False
        )

    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("owner", "editor", "viewer", name="memberrole", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("joined_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_member_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_member_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("company_id", "user_id", name=op.f("uq_member_company_id_user_id")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_member_user_id"), ["user_id"], unique=False)

    op.create_table(
        "member_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column(
            "role",
            sa.Enum("owner", "editor", "viewer", name="memberrole", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_member_invitation_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["user_account.id"],
            name=op.f("fk_member_invitation_invited_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_invitation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_member_invitation_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_member_invitation_token_hash")),
    )
    with op.batch_alter_table("member_invitation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_member_invitation_company_id"), ["company_id"], unique=False
        )

    op.create_table(
        "need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("sector_code", sa.String(length=16), nullable=True),
        sa.Column(
            "unit",
            sa.Enum(
                "piece",
                "pair",
                "set",
                "dozen",
                "carton",
                "kg",
                "tonne",
                "litre",
                "metre",
                "square_metre",
                "hour",
                name="unit",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("volume", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column(
            "period",
            sa.Enum("month", "year", name="period", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("price_min", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("price_max", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column(
            "currency",
            sa.Enum("USD", "JPY", "PKR", "EUR", name="currency", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("lead_time_days", sa.Integer(), nullable=True),
        sa.Column("needed_by", sa.Date(), nullable=True),
        sa.Column("certificates", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "supplier_kind",
            sa.Enum(
                "manufacturer", "trader", "any", name="supplierkind", native_enum=False, length=32
            ),
            nullable=True,
        ),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("lead_time_days > 0", name=op.f("ck_need_lead_time_positive")),
        sa.CheckConstraint(
            "price_min >= 0 AND price_min <= price_max", name=op.f("ck_need_price_band")
        ),
        sa.CheckConstraint("volume > 0", name=op.f("ck_need_volume_positive")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_need_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["sector_code"], ["sector.code"], name=op.f("fk_need_sector_code_sector")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sa.UniqueConstraint("public_id", name=op.f("uq_need_public_id")),
    )
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_sector_code"), ["sector_code"], unique=False)

    op.create_table(
        "participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "exhibitor",
                "visiting_buyer",
                "hosted_buyer",
                name="participantrole",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("joined_at", sa.DateTime(), nullable=False),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_participant_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_participant_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint(
            "event_id", "company_id", "role", name=op.f("uq_participant_event_id_company_id_role")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_participant_public_id")),
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_participant_company_id"), ["company_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_participant_event_id_role"), ["event_id", "role"], unique=False
        )

    op.create_table(
        "product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("hs_code", sa.String(length=6), nullable=True),
        sa.Column("sector_code", sa.String(length=16), nullable=True),
        sa.Column(
            "unit",
            sa.Enum(
                "piece",
                "pair",
                "set",
                "dozen",
                "carton",
                "kg",
                "tonne",
                "litre",
                "metre",
                "square_metre",
                "hour",
                name="unit",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("capacity", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column(
            "period",
            sa.Enum("month", "year", name="period", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("min_order", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("price_min", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("price_max", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column(
            "currency",
            sa.Enum("USD", "JPY", "PKR", "EUR", name="currency", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column(
            "incoterm",
            sa.Enum(
                "EXW",
                "FCA",
                "FOB",
                "CFR",
                "CIF",
                "CPT",
                "CIP",
                "DAP",
                "DDP",
                name="incoterm",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("lead_time_days", sa.Integer(), nullable=True),
        sa.Column("certificates", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_product_capacity_positive")),
        sa.CheckConstraint("lead_time_days > 0", name=op.f("ck_product_lead_time_positive")),
        sa.CheckConstraint("min_order > 0", name=op.f("ck_product_min_order_positive")),
        sa.CheckConstraint(
            "price_min >= 0 AND price_min <= price_max", name=op.f("ck_product_price_band")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_product_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["hs_code"], ["hs_code.code"], name=op.f("fk_product_hs_code_hs_code")
        ),
        sa.ForeignKeyConstraint(
            ["sector_code"], ["sector.code"], name=op.f("fk_product_sector_code_sector")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("public_id", name=op.f("uq_product_public_id")),
    )
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_hs_code"), ["hs_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_sector_code"), ["sector_code"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint(
            "user_id", "code_hash", name=op.f("uq_recovery_code_user_id_code_hash")
        ),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_user_id"), ["user_id"], unique=False)

    op.create_table(
        "sector_assignment",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("sector_code", sa.String(length=16), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_sector_assignment_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["user_account.id"],
            name=op.f("fk_sector_assignment_officer_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["sector_code"], ["sector.code"], name=op.f("fk_sector_assignment_sector_code_sector")
        ),
        sa.PrimaryKeyConstraint("event_id", "sector_code", name=op.f("pk_sector_assignment")),
    )
    with op.batch_alter_table("sector_assignment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sector_assignment_officer_id"), ["officer_id"], unique=False
        )

    op.create_table(
        "staff_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "member",
                "officer",
                "observer",
                "interpreter",
                "administrator",
                name="role",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["user_account.id"],
            name=op.f("fk_staff_invitation_invited_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_invitation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_staff_invitation_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_invitation_token_hash")),
    )
    with op.batch_alter_table("staff_invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_invitation_email"), ["email"], unique=False)

    op.create_table(
        "user_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("password_at", sa.DateTime(), nullable=False),
        sa.Column("second_factor_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_session_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("public_id", name=op.f("uq_user_session_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
    )
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "application_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column(
            "before",
            sa.Enum(
                "draft",
                "submitted",
                "under_review",
                "shortlisted",
                "accepted",
                "waitlisted",
                "rejected",
                "withdrawn",
                name="applicationstate",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "draft",
                "submitted",
                "under_review",
                "shortlisted",
                "accepted",
                "waitlisted",
                "rejected",
                "withdrawn",
                name="applicationstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["user_account.id"],
            name=op.f("fk_application_step_actor_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_step_application_id_application"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_step")),
    )
    with op.batch_alter_table("application_step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_application_step_application_id"), ["application_id"], unique=False
        )

    op.create_table(
        "export_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(length=2), nullable=False),
        sa.Column("value_usd", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.CheckConstraint("value_usd >= 0", name=op.f("ck_export_record_value_not_negative")),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["exporter_profile.company_id"],
            name=op.f("fk_export_record_company_id_exporter_profile"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_record")),
        sa.UniqueConstraint(
            "company_id", "year", "market", name=op.f("uq_export_record_company_id_year_market")
        ),
    )
    with op.batch_alter_table("export_record", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_export_record_company_id"), ["company_id"], unique=False
        )

    op.create_table(
        "match_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("weights", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("limits", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("model_version", sa.String(length=64), nullable=True),
        sa.Column("text_version", sa.String(length=64), nullable=True),
        sa.Column("data_at", sa.DateTime(), nullable=True),
        sa.Column("snapshot_digest", sa.String(length=64), nullable=True),
        sa.Column("result_digest", sa.String(length=64), nullable=True),
        sa.Column("summary", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_match_run_event_id_event")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_match_run_job_id_job")),
        sa.ForeignKeyConstraint(
            ["snapshot_digest"],
            ["run_snapshot.digest"],
            name=op.f("fk_match_run_snapshot_digest_run_snapshot"),
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"],
            ["user_account.id"],
            name=op.f("fk_match_run_started_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_run")),
        sa.UniqueConstraint("job_id", name=op.f("uq_match_run_job_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_match_run_public_id")),
    )
    with op.batch_alter_table("match_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_run_event_id"), ["event_id"], unique=False)

    op.create_table(
        "need_hs_code",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("hs_code", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["hs_code"], ["hs_code.code"], name=op.f("fk_need_hs_code_hs_code_hs_code")
        ),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_need_hs_code_need_id_need")
        ),
        sa.PrimaryKeyConstraint("need_id", "hs_code", name=op.f("pk_need_hs_code")),
    )
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_file_size_positive")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_stored_file_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_stored_file_product_id_product")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("public_id", name=op.f("uq_stored_file_public_id")),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stored_file_company_id"), ["company_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_stored_file_product_id"), ["product_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_stored_file_sha256"), ["sha256"], unique=False)

    op.create_table(
        "suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("exhibitor_id", sa.Integer(), nullable=False),
        sa.Column("buyer_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("sector_code", sa.String(length=16), nullable=True),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("low_data", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "source",
            sa.Enum("model", "officer", name="suggestionsource", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "approved",
                "rejected",
                "held",
                "superseded",
                name="suggestionstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "score BETWEEN 0 AND 1", name=op.f("ck_suggestion_score_in_unit_interval")
        ),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["participant.id"], name=op.f("fk_suggestion_buyer_id_participant")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_suggestion_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["exhibitor_id"],
            ["participant.id"],
            name=op.f("fk_suggestion_exhibitor_id_participant"),
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_suggestion_need_id_need")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_suggestion_product_id_product")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["match_run.id"], name=op.f("fk_suggestion_run_id_match_run")
        ),
        sa.ForeignKeyConstraint(
            ["sector_code"], ["sector.code"], name=op.f("fk_suggestion_sector_code_sector")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint(
            "event_id",
            "exhibitor_id",
            "buyer_id",
            name=op.f("uq_suggestion_event_id_exhibitor_id_buyer_id"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_suggestion_public_id")),
    )
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suggestion_buyer_id"), ["buyer_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_suggestion_event_id_state_score"),
            ["event_id", "state", "score"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_suggestion_exhibitor_id"), ["exhibitor_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_suggestion_run_id"), ["run_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_suggestion_sector_code"), ["sector_code"], unique=False
        )

    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("suggestion_id", sa.Integer(), nullable=False),
        sa.Column(
            "before",
            sa.Enum(
                "pending",
                "approved",
                "rejected",
                "held",
                "superseded",
                name="suggestionstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "pending",
                "approved",
                "rejected",
                "held",
                "superseded",
                name="suggestionstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "wrong_goods",
                "volume",
                "price",
                "certificates",
                "not_ready",
                "already_in_touch",
                "competitor",
                "capacity",
                "other",
                name="rejectionreason",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "after <> 'rejected' OR reason IS NOT NULL",
            name=op.f("ck_decision_rejection_has_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["user_account.id"], name=op.f("fk_decision_officer_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_decision_suggestion_id_suggestion")
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["decision.id"], name=op.f("fk_decision_undoes_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("public_id", name=op.f("uq_decision_public_id")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_decision_undoes_id")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_officer_id"), ["officer_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_decision_suggestion_id"), ["suggestion_id"], unique=False
        )

    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("object_kind", sa.String(length=32), nullable=False),
        sa.Column("object_id", sa.String(length=64), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_audit_entry_actor_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_entry_object_kind_object_id"),
            ["object_kind", "object_id"],
            unique=False,
        )

    keep_rows_for_good()


def downgrade() -> None:
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_object_kind_object_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_at"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_actor_id"))

    op.drop_table("audit_entry")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_suggestion_id"))
        batch_op.drop_index(batch_op.f("ix_decision_officer_id"))
        batch_op.drop_index(batch_op.f("ix_decision_at"))

    op.drop_table("decision")
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suggestion_sector_code"))
        batch_op.drop_index(batch_op.f("ix_suggestion_run_id"))
        batch_op.drop_index(batch_op.f("ix_suggestion_exhibitor_id"))
        batch_op.drop_index(batch_op.f("ix_suggestion_event_id_state_score"))
        batch_op.drop_index(batch_op.f("ix_suggestion_buyer_id"))

    op.drop_table("suggestion")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stored_file_sha256"))
        batch_op.drop_index(batch_op.f("ix_stored_file_product_id"))
        batch_op.drop_index(batch_op.f("ix_stored_file_company_id"))

    op.drop_table("stored_file")
    op.drop_table("need_hs_code")
    with op.batch_alter_table("match_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_match_run_event_id"))

    op.drop_table("match_run")
    with op.batch_alter_table("export_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_export_record_company_id"))

    op.drop_table("export_record")
    with op.batch_alter_table("application_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_step_application_id"))

    op.drop_table("application_step")
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_session_user_id"))

    op.drop_table("user_session")
    with op.batch_alter_table("staff_invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_invitation_email"))

    op.drop_table("staff_invitation")
    with op.batch_alter_table("sector_assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sector_assignment_officer_id"))

    op.drop_table("sector_assignment")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_user_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_sector_code"))
        batch_op.drop_index(batch_op.f("ix_product_hs_code"))
        batch_op.drop_index(batch_op.f("ix_product_company_id"))

    op.drop_table("product")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participant_event_id_role"))
        batch_op.drop_index(batch_op.f("ix_participant_company_id"))

    op.drop_table("participant")
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_sector_code"))
        batch_op.drop_index(batch_op.f("ix_need_company_id"))

    op.drop_table("need")
    with op.batch_alter_table("member_invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_invitation_company_id"))

    op.drop_table("member_invitation")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_user_id"))
        batch_op.drop_index(batch_op.f("ix_member_company_id"))

    op.drop_table("member")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_state_lease_until"))

    op.drop_table("job")
    op.drop_table("exporter_profile")
    op.drop_table("event_sector")
    with op.batch_alter_table("contact_release", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_release_buyer_id"))

    op.drop_table("contact_release")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_company_id"))

    op.drop_table("contact")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_company_id_purpose_id"))

    op.drop_table("consent")
    op.drop_table("buyer_profile")
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_event_id_state"))
        batch_op.drop_index(batch_op.f("ix_application_company_id"))

    op.drop_table("application")
    op.drop_table("user_account")
    with op.batch_alter_table("sector", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sector_parent_code"))

    op.drop_table("sector")
    op.drop_table("run_snapshot")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_message_state_next_attempt_at"))
        batch_op.drop_index(batch_op.f("ix_outbox_message_recipient"))

    op.drop_table("outbox_message")
    op.drop_table("hs_code")
    op.drop_table("event")
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_company_country_register_number",
            sqlite_where=sa.text("merged_into_id IS NULL AND erased_at IS NULL"),
            postgresql_where=sa.text("merged_into_id IS NULL AND erased_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_company_name"))
        batch_op.drop_index(batch_op.f("ix_company_merged_into_id"))
        batch_op.drop_index(batch_op.f("ix_company_country"))

    op.drop_table("company")
    op.drop_table("certificate_scheme")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
