"""The yardstick: a plain Flask and SQLAlchemy page of one row, with nothing of ours."""

from __future__ import annotations

import os

from flask import Flask, render_template_string
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ note.title }}</title></head>
<body><h1>{{ note.title }}</h1><p>{{ note.text }}</p></body></html>"""


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Note(db.Model):  # type: ignore[name-defined,misc]
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    text: Mapped[str]


app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("PLAIN_DATABASE", "sqlite://")
db.init_app(app)
with app.app_context():
    db.create_all()
    if db.session.get(Note, 1) is None:
        db.session.add(Note(id=1, title="A note", text="Of one row."))
        db.session.commit()


@app.get("/healthz")
def alive() -> str:
    return "ok"


@app.get("/notes/<int:number>")
def page(number: int) -> str:
    return render_template_string(PAGE, note=db.get_or_404(Note, number))
