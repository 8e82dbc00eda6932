"""The index for searching: keyed tokens, and the database's own full-text engine over them.

Triggers keep the engine's index true to the table; whoever makes the table anew must make them anew.
"""

from django.db import migrations, models

COLUMNS = ("title", "words", "notes", "who", "facts")
NAMES = ", ".join(COLUMNS)
OLD, NEW = (", ".join(f"{when}.{name}" for name in COLUMNS) for when in ("old", "new"))
GONE = f"INSERT INTO triage_words (triage_words, rowid, {NAMES}) VALUES ('delete', old.id, {OLD});"
COME = f"INSERT INTO triage_words (rowid, {NAMES}) VALUES (new.id, {NEW});"
SQLITE = [
    f"CREATE VIRTUAL TABLE triage_words USING fts5 ({NAMES}, "
    "content='triage_searchable', content_rowid='id', tokenize='ascii')",
    # what a hit in each column counts
    "INSERT INTO triage_words (triage_words, rank) VALUES ('rank', 'bm25(8.0, 1.0, 1.0, 4.0, 0.0)')",
    f"CREATE TRIGGER triage_searchable_come AFTER INSERT ON triage_searchable BEGIN {COME} END",
    f"CREATE TRIGGER triage_searchable_gone AFTER DELETE ON triage_searchable BEGIN {GONE} END",
    f"CREATE TRIGGER triage_searchable_changed AFTER UPDATE ON triage_searchable BEGIN {GONE} {COME} END",
]
WEIGHTS = {"title": "A", "who": "B", "notes": "C", "words": "D", "facts": "D"}
VECTOR = " || ".join(f"setweight(to_tsvector('simple'::regconfig, {name}), '{WEIGHTS[name]}')" for name in COLUMNS)
POSTGRES = [
    f"ALTER TABLE triage_searchable ADD COLUMN vector tsvector GENERATED ALWAYS AS ({VECTOR}) STORED",
    "CREATE INDEX triage_searchable_vector ON triage_searchable USING gin (vector)",
]


def make_index(apps, schema_editor):
    for statement in {"postgresql": POSTGRES, "sqlite": SQLITE}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("triage", "0002_to_ask")]
    operations = [
        migrations.CreateModel(
            name="Searchable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(max_length=24, unique=True)),
                ("title", models.TextField()),
                ("words", models.TextField()),
                ("notes", models.TextField()),
                ("who", models.TextField()),
                ("facts", models.TextField()),
            ],
        ),
        migrations.RunPython(make_index, migrations.RunPython.noop),
    ]
