"""What the market asks, what exporters hold, agreements, the border log, and readiness."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("requirement_revision", "held_paper_step")


def keep_rows_for_good() -> None:
    """Let the database refuse UPDATE and DELETE, as on the append-only tables before."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            if on_postgresql:
                does = "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            else:
                does = f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
            name = f"{table}_refuses_{verb.lower()}"
            op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {does}")


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("names", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("parties", sa.String(length=200), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("authorities", sa.String(length=500), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "scenario",
                "proposed",
                "negotiating",
                "signed",
                "in_force",
                "ended",
                name="agreementstage",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "starts_on <= ends_on", name=op.f("ck_agreement_starts_before_it_ends")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_agreement_public_id")),
    )
    op.create_table(
        "compliance_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pack_version", sa.String(length=32), nullable=False),
        sa.Column("pack_date", sa.Date(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(length=16), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_compliance_state_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliance_state")),
    )
    op.create_table(
        "programme",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("names", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("provider", sa.String(length=300), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("requirement_codes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sector_codes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("delivery_mode", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("period", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "verified",
            sa.Enum("yes", "partly", "no", name="verified", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_programme")),
    )
    op.create_table(
        "requirement",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("titles", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("jurisdiction", sa.String(length=2), nullable=False),
        sa.Column("authority", sa.String(length=300), nullable=False),
        sa.Column("legal_basis", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("measure_type", sa.String(length=8), nullable=False),
        sa.Column("sector_codes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("hs_prefixes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("condition_key", sa.String(length=32), nullable=True),
        sa.Column("exempt_attribute", sa.String(length=32), nullable=True),
        sa.Column("duty_holder", sa.String(length=16), nullable=False),
        sa.Column("check_stage", sa.String(length=16), nullable=False),
        sa.Column("evidence_scope", sa.String(length=16), nullable=False),
        sa.Column("prerequisites", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("met_by", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("partly_met_by", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("prohibition", sa.Boolean(), nullable=False),
        sa.Column("mra_ease", sa.String(length=8), nullable=False),
        sa.Column("mra_effect", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "verified",
            sa.Enum("yes", "partly", "no", name="verified", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("edited_at", sa.DateTime(), nullable=True),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_requirement")),
    )
    op.create_table(
        "agreement_acceptance",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("requirement_code", sa.String(length=32), nullable=False),
        sa.Column("certificate_code", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_agreement_acceptance_agreement_id_agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["certificate_code"],
            ["certificate_scheme.code"],
            name=op.f("fk_agreement_acceptance_certificate_code_certificate_scheme"),
        ),
        sa.ForeignKeyConstraint(
            ["requirement_code"],
            ["requirement.code"],
            name=op.f("fk_agreement_acceptance_requirement_code_requirement"),
        ),
        sa.PrimaryKeyConstraint(
            "agreement_id",
            "requirement_code",
            "certificate_code",
            name=op.f("pk_agreement_acceptance"),
        ),
    )
    op.create_table(
        "requirement_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("requirement_code", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["user_account.id"],
            name=op.f("fk_requirement_revision_actor_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["requirement_code"],
            ["requirement.code"],
            name=op.f("fk_requirement_revision_requirement_code_requirement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_revision")),
        sa.UniqueConstraint(
            "requirement_code",
            "number",
            name=op.f("uq_requirement_revision_requirement_code_number"),
        ),
    )
    op.create_index(
        op.f("ix_requirement_revision_actor_id"),
        "requirement_revision",
        ["actor_id"],
        unique=False,
    )

    op.create_table(
        "border_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "held",
                "rejected",
                "returned",
                "destroyed",
                "treated",
                "intercepted",
                name="borderact",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("goods", sa.String(length=200), nullable=False),
        sa.Column("hs_code", sa.String(length=6), nullable=True),
        sa.Column("sector_code", sa.String(length=16), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=18, scale=4), nullable=True),
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
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("requirement_code", sa.String(length=32), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("corrective", sa.Text(), nullable=False),
        sa.Column(
            "corrective_state",
            sa.Enum(
                "open",
                "under_way",
                "done",
                "not_needed",
                name="correctivestate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("corrective_due", sa.Date(), nullable=True),
        sa.Column("corrected_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "happened_on <= corrected_on", name=op.f("ck_border_case_mended_after_it_happened")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_border_case_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_border_case_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["hs_code"], ["hs_code.code"], name=op.f("fk_border_case_hs_code_hs_code")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_border_case_product_id_product")
        ),
        sa.ForeignKeyConstraint(
            ["requirement_code"],
            ["requirement.code"],
            name=op.f("fk_border_case_requirement_code_requirement"),
        ),
        sa.ForeignKeyConstraint(
            ["sector_code"], ["sector.code"], name=op.f("fk_border_case_sector_code_sector")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_border_case")),
        sa.UniqueConstraint("public_id", name=op.f("uq_border_case_public_id")),
    )
    op.create_index(op.f("ix_border_case_company_id"), "border_case", ["company_id"], unique=False)
    op.create_index(
        op.f("ix_border_case_happened_on"), "border_case", ["happened_on"], unique=False
    )
    op.create_index(op.f("ix_border_case_hs_code"), "border_case", ["hs_code"], unique=False)
    op.create_index(op.f("ix_border_case_product_id"), "border_case", ["product_id"], unique=False)
    op.create_index(
        op.f("ix_border_case_requirement_code"), "border_case", ["requirement_code"], unique=False
    )
    op.create_index(
        op.f("ix_border_case_sector_code"), "border_case", ["sector_code"], unique=False
    )

    op.create_table(
        "product_readiness",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=16), nullable=False),
        sa.Column("in_market", sa.Boolean(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("event_end", sa.Date(), nullable=True),
        sa.Column("shipment", sa.Date(), nullable=True),
        sa.Column("event_level", sa.String(length=16), nullable=True),
        sa.Column("event_overall", sa.Double(), nullable=True),
        sa.Column("shipment_level", sa.String(length=16), nullable=True),
        sa.Column("shipment_overall", sa.Double(), nullable=True),
        sa.Column("shipment_buyer", sa.Double(), nullable=True),
        sa.Column("gaps", sa.Integer(), nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("product_version", sa.Integer(), nullable=False),
        sa.Column("papers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("computed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_readiness_product_id_product")
        ),
        sa.PrimaryKeyConstraint("product_id", "occasion", name=op.f("pk_product_readiness")),
    )
    op.create_index(
        op.f("ix_product_readiness_occasion_shipment_level"),
        "product_readiness",
        ["occasion", "shipment_level"],
        unique=False,
    )

    op.create_table(
        "held_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("scheme_code", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "submitted",
                "verified",
                "refused",
                "revoked",
                "withdrawn",
                name="paperstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "refusal",
            sa.Enum(
                "not_this_type",
                "number_differs",
                "dates_differ",
                "holder_differs",
                "unreadable",
                "not_accredited",
                "no_scan",
                "other",
                name="refusal",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("state_reason", sa.String(length=500), nullable=False),
        sa.Column("warned_days", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "valid_to >= issued_on", name=op.f("ck_held_paper_issued_before_it_ends")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_held_paper_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_held_paper_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["scheme_code"],
            ["certificate_scheme.code"],
            name=op.f("fk_held_paper_scheme_code_certificate_scheme"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_paper")),
        sa.UniqueConstraint("public_id", name=op.f("uq_held_paper_public_id")),
    )
    op.create_index(op.f("ix_held_paper_company_id"), "held_paper", ["company_id"], unique=False)
    op.create_index(op.f("ix_held_paper_file_id"), "held_paper", ["file_id"], unique=False)
    op.create_index(op.f("ix_held_paper_scheme_code"), "held_paper", ["scheme_code"], unique=False)
    op.create_index(op.f("ix_held_paper_state"), "held_paper", ["state"], unique=False)
    op.create_index(
        "uq_held_paper_live",
        "held_paper",
        ["company_id", "scheme_code", "number", "issued_on"],
        unique=True,
        sqlite_where=sa.text("state IN ('submitted', 'verified')"),
        postgresql_where=sa.text("state IN ('submitted', 'verified')"),
    )

    op.create_table(
        "held_paper_product",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["held_paper.id"], name=op.f("fk_held_paper_product_paper_id_held_paper")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_held_paper_product_product_id_product")
        ),
        sa.PrimaryKeyConstraint("paper_id", "product_id", name=op.f("pk_held_paper_product")),
    )
    op.create_index(
        op.f("ix_held_paper_product_product_id"),
        "held_paper_product",
        ["product_id"],
        unique=False,
    )

    op.create_table(
        "held_paper_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column(
            "before",
            sa.Enum(
                "submitted",
                "verified",
                "refused",
                "revoked",
                "withdrawn",
                name="paperstate",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "submitted",
                "verified",
                "refused",
                "revoked",
                "withdrawn",
                name="paperstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "refusal",
            sa.Enum(
                "not_this_type",
                "number_differs",
                "dates_differ",
                "holder_differs",
                "unreadable",
                "not_accredited",
                "no_scan",
                "other",
                name="refusal",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["user_account.id"],
            name=op.f("fk_held_paper_step_actor_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["held_paper.id"], name=op.f("fk_held_paper_step_paper_id_held_paper")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_paper_step")),
    )
    op.create_index(
        op.f("ix_held_paper_step_actor_id"), "held_paper_step", ["actor_id"], unique=False
    )
    op.create_index(
        op.f("ix_held_paper_step_paper_id"), "held_paper_step", ["paper_id"], unique=False
    )

    op.add_column(
        "certificate_scheme",
        sa.Column("issuer", sa.String(length=300), nullable=False, server_default=""),
    )
    op.add_column(
        "certificate_scheme", sa.Column("evidences", sa.Text(), nullable=False, server_default="")
    )
    op.add_column("certificate_scheme", sa.Column("validity_months", sa.Integer(), nullable=True))
    op.add_column(
        "certificate_scheme",
        sa.Column("validity_note", sa.Text(), nullable=False, server_default=""),
    )
    op.add_column(
        "certificate_scheme",
        sa.Column("per_consignment", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "certificate_scheme",
        sa.Column("verified", sa.String(length=8), nullable=False, server_default="no"),
    )
    op.add_column(
        "certificate_scheme", sa.Column("source", sa.Text(), nullable=False, server_default="")
    )

    op.add_column(
        "product",
        sa.Column("attributes", sa.JSON(none_as_null=True), nullable=False, server_default="[]"),
    )
    keep_rows_for_good()


def downgrade() -> None:
    op.drop_column("product", "attributes")

    op.drop_column("certificate_scheme", "source")
    op.drop_column("certificate_scheme", "verified")
    op.drop_column("certificate_scheme", "per_consignment")
    op.drop_column("certificate_scheme", "validity_note")
    op.drop_column("certificate_scheme", "validity_months")
    op.drop_column("certificate_scheme", "evidences")
    op.drop_column("certificate_scheme", "issuer")

    op.drop_index(op.f("ix_held_paper_step_paper_id"), table_name="held_paper_step")
    op.drop_index(op.f("ix_held_paper_step_actor_id"), table_name="held_paper_step")

    op.drop_table("held_paper_step")
    op.drop_index(op.f("ix_held_paper_product_product_id"), table_name="held_paper_product")

    op.drop_table("held_paper_product")
    op.drop_index("uq_held_paper_live", table_name="held_paper")
    op.drop_index(op.f("ix_held_paper_state"), table_name="held_paper")
    op.drop_index(op.f("ix_held_paper_scheme_code"), table_name="held_paper")
    op.drop_index(op.f("ix_held_paper_file_id"), table_name="held_paper")
    op.drop_index(op.f("ix_held_paper_company_id"), table_name="held_paper")

    op.drop_table("held_paper")
    op.drop_index(
        op.f("ix_product_readiness_occasion_shipment_level"), table_name="product_readiness"
    )

    op.drop_table("product_readiness")
    op.drop_index(op.f("ix_border_case_sector_code"), table_name="border_case")
    op.drop_index(op.f("ix_border_case_requirement_code"), table_name="border_case")
    op.drop_index(op.f("ix_border_case_product_id"), table_name="border_case")
    op.drop_index(op.f("ix_border_case_hs_code"), table_name="border_case")
    op.drop_index(op.f("ix_border_case_happened_on"), table_name="border_case")
    op.drop_index(op.f("ix_border_case_company_id"), table_name="border_case")

    op.drop_table("border_case")
    op.drop_index(op.f("ix_requirement_revision_actor_id"), table_name="requirement_revision")

    op.drop_table("requirement_revision")
    op.drop_table("agreement_acceptance")
    op.drop_table("requirement")
    op.drop_table("programme")
    op.drop_table("compliance_state")
    op.drop_table("agreement")
