"""The database itself refuses to rewrite history."""

from django.db import migrations

POSTGRES = """
CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'
   USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER ledger_entry_stays BEFORE UPDATE OR DELETE ON ledger_entry
FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER ledger_entry_stays_whole BEFORE TRUNCATE ON ledger_entry
FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
"""
SQLITE = [
    f"CREATE TRIGGER ledger_entry_no_{verb} BEFORE {verb} ON ledger_entry "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    for verb in ("UPDATE", "DELETE")
] + [
    # INSERT OR REPLACE removes a row without firing its delete trigger
    "CREATE TRIGGER ledger_entry_no_replace BEFORE INSERT ON ledger_entry "
    "WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE number = NEW.number "
    "OR (stream = NEW.stream AND step = NEW.step)) "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
]


def close_the_book(apps, schema_editor):
    statements = {"postgresql": [POSTGRES], "sqlite": SQLITE}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(close_the_book, migrations.RunPython.noop)]
