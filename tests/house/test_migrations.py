"""A model that has changed has a migration, indexes and constraints included."""

import pytest
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState

OURS = sorted(one.label for one in apps.get_app_configs() if one.name.startswith("meldpunt."))


def lacking(state: ProjectState) -> list[str]:
    """What the models say and the migrations do not, as a person would read it."""
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), state, NonInteractiveMigrationQuestioner())
    changes = detector.changes(graph=loader.graph)
    ours = [(label, one) for label in OURS for one in changes.get(label, ())]
    return [f"{label}: {step.describe()}" for label, one in ours for step in one.operations]


def test_no_model_has_changed_without_a_migration():
    assert lacking(ProjectState.from_apps(apps)) == [], "meldpunt keeps its tables by migrations: write one"


@pytest.mark.parametrize("kind", ["indexes", "constraints"])
def test_an_index_or_a_constraint_that_is_lacking_is_seen(kind):
    state = ProjectState.from_apps(apps)
    one = next(model for model in state.models.values() if model.app_label in OURS and model.options.get(kind))
    one.options[kind] = list(one.options[kind])[1:]
    assert lacking(state)
