"""Sentence vectors, text models, learnt weights, evaluations, blocked pairs, the glossary."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "text_vector",
        sa.Column("encoder", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("encoder", "digest", name=op.f("pk_text_vector")),
    )
    op.create_table(
        "blocked_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("exporter_id", sa.Integer(), nullable=False),
        sa.Column("buyer_id", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "asked",
                "dispute",
                "related",
                "competitor",
                "other",
                name="blockreason",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("blocked_by_id", sa.Integer(), nullable=False),
        sa.Column("blocked_at", sa.DateTime(), nullable=False),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("exporter_id <> buyer_id", name=op.f("ck_blocked_pair_two_companies")),
        sa.ForeignKeyConstraint(
            ["blocked_by_id"],
            ["user_account.id"],
            name=op.f("fk_blocked_pair_blocked_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["company.id"], name=op.f("fk_blocked_pair_buyer_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["exporter_id"], ["company.id"], name=op.f("fk_blocked_pair_exporter_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by_id"],
            ["user_account.id"],
            name=op.f("fk_blocked_pair_lifted_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocked_pair")),
        sa.UniqueConstraint("public_id", name=op.f("uq_blocked_pair_public_id")),
    )
    with op.batch_alter_table("blocked_pair", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blocked_pair_buyer_id"), ["buyer_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_blocked_pair_exporter_id"), ["exporter_id"], unique=False
        )
        batch_op.create_index(
            "uq_blocked_pair_standing",
            ["exporter_id", "buyer_id"],
            unique=True,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )

    op.create_table(
        "glossary_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("en", sa.String(length=200), nullable=False),
        sa.Column("ja", sa.String(length=200), nullable=False),
        sa.Column("ur", sa.String(length=200), nullable=False),
        sa.Column("search_en", sa.Text(), nullable=False),
        sa.Column("search_ja", sa.Text(), nullable=False),
        sa.Column("search_ur", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN en <> '' THEN 1 ELSE 0 END) + (CASE WHEN ja <> '' THEN 1 ELSE 0 END) + (CASE WHEN ur <> '' THEN 1 ELSE 0 END) >= 2",
            name=op.f("ck_glossary_entry_two_languages"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user_account.id"],
            name=op.f("fk_glossary_entry_created_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glossary_entry")),
        sa.UniqueConstraint("public_id", name=op.f("uq_glossary_entry_public_id")),
    )
    op.create_table(
        "evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user_account.id"],
            name=op.f("fk_evaluation_created_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_evaluation_event_id_event")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_evaluation_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint("job_id", name=op.f("uq_evaluation_job_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_evaluation_public_id")),
    )
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evaluation_event_id"), ["event_id"], unique=False)

    op.create_table(
        "learned_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("weights", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("calibration", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("trained", sa.Integer(), nullable=False),
        sa.Column("tested", sa.Integer(), nullable=False),
        sa.Column("trained_until", sa.DateTime(), nullable=False),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("better", sa.Boolean(), nullable=False),
        sa.Column("in_use_since", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "in_use_since IS NULL OR better", name=op.f("ck_learned_model_only_better_ones_in_use")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user_account.id"],
            name=op.f("fk_learned_model_created_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_learned_model_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned_model")),
        sa.UniqueConstraint("job_id", name=op.f("uq_learned_model_job_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_learned_model_public_id")),
    )
    with op.batch_alter_table("learned_model", schema=None) as batch_op:
        batch_op.create_index(
            "uq_learned_model_in_use",
            ["better"],
            unique=True,
            sqlite_where=sa.text("in_use_since IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("in_use_since IS NOT NULL AND ended_at IS NULL"),
        )

    op.create_table(
        "text_model_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("roads", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("encoder", sa.String(length=80), nullable=True),
        sa.Column("names", sa.Integer(), nullable=False),
        sa.Column("fitted_at", sa.DateTime(), nullable=False),
        sa.Column("fitted_by_id", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("in_use_since", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["fitted_by_id"],
            ["user_account.id"],
            name=op.f("fk_text_model_version_fitted_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_text_model_version_job_id_job")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_model_version")),
        sa.UniqueConstraint("job_id", name=op.f("uq_text_model_version_job_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_text_model_version_public_id")),
        sa.UniqueConstraint("version", name=op.f("uq_text_model_version_version")),
    )
    with op.batch_alter_table("text_model_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_text_model_version_in_use_since"), ["in_use_since"], unique=False
        )

    # Added and dropped without a copy of the table, on which others depend.
    op.add_column("match_run", sa.Column("learned", sa.String(length=16), nullable=True))


def downgrade() -> None:
    op.drop_column("match_run", "learned")
    with op.batch_alter_table("text_model_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_text_model_version_in_use_since"))

    op.drop_table("text_model_version")
    with op.batch_alter_table("learned_model", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_learned_model_in_use",
            sqlite_where=sa.text("in_use_since IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("in_use_since IS NOT NULL AND ended_at IS NULL"),
        )

    op.drop_table("learned_model")
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluation_event_id"))

    op.drop_table("evaluation")
    op.drop_table("glossary_entry")
    with op.batch_alter_table("blocked_pair", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_blocked_pair_standing",
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_blocked_pair_exporter_id"))
        batch_op.drop_index(batch_op.f("ix_blocked_pair_buyer_id"))

    op.drop_table("blocked_pair")
    op.drop_table("text_vector")
