"""Decks that come with dquiz: they take part once named, give way to own decks, and are copied before an edit."""

from __future__ import annotations

import json

import pytest
from asking import asked

from quiz.collection import copying
from quiz.collection.planned import KeptPlan, keep, kept_plan
from quiz.collection.scanning import Root, scan
from quiz.errors import AmbiguousDeckError, DeckNotFoundError, MissingError
from quiz.library import shown

DECKS = {
    "docker": ["What is an image?", "What is a layer?"],
    "kubernetes": ["What is a pod?"],
    "helm": ["What is a chart?"],
}


@pytest.fixture
def shelf(desk, tmp_path, monkeypatch):
    """The shipped decks of these tests."""
    folder = tmp_path / "program" / "decks"
    folder.mkdir(parents=True)
    for name, questions in DECKS.items():
        (folder / f"{name}.md").write_text("\n".join(map(asked, questions)))
    monkeypatch.setattr("quiz.collection.shipping.shipped_decks", lambda: folder)
    desk.settings["COLLECTION__SHIPPED"] = "true"
    return folder


def asks(desk, *targets):
    collection = desk.collection
    return sorted(card.note.prompt for card in collection.cards(collection.select(targets, desk.now)))


def deck_of(desk, question):
    return desk.card(question).note.deck


def taken_at_birth(desk, shelf):
    """A collection as older versions made it: with all shipped decks, as one source."""
    root = Root(shelf, shown(shelf), shipped=True, known=False)
    collection = desk.collection
    found = scan(collection.store.read, [root], lambda _done: None)
    collection.sync.apply(found, [root], desk.now)
    with collection.store.write() as connection:
        from quiz.store.notes import set_setting

        set_setting(connection, "shipped", f"{shelf}:0123456789abcdef")


# --- taking part ---------------------------------------------------------------------------------------------------


def test_a_shipped_deck_takes_part_once_it_is_named(desk, shelf):
    assert asks(desk) == desk.rows("source") == []
    assert list(desk.collection.shipped.offered()) == ["docker", "helm", "kubernetes"]
    assert asks(desk, "docker") == asks(desk) == ["What is a layer?", "What is an image?"]
    assert desk.collection.sync.paths((), now=desk.now).cards == 2
    assert list(desk.collection.shipped.offered()) == ["helm", "kubernetes"]
    desk.settings["COLLECTION__SHIPPED"] = "false"
    with pytest.raises(DeckNotFoundError):
        desk.open().select(["helm"], desk.now)


def test_one_that_takes_part_is_read_again_when_dquiz_brings_another(desk, shelf):
    asks(desk, "docker")
    review = desk.rate("What is an image?")
    for name in DECKS:
        (shelf / f"{name}.md").write_text(asked("What is an image?") + asked(f"What is new in {name}?"))
    desk.close()
    assert asks(desk) == ["What is an image?", "What is new in docker?"]
    assert desk.card("What is an image?").schedule == review.after


def test_one_that_is_let_go_comes_back_with_its_history(desk, shelf):
    asks(desk, "docker")
    ids = {card.id for card in desk.cards()}
    review = desk.rate("What is an image?")
    report = desk.collection.sync.forget("docker", now=desk.now)
    assert (report.retired, report.cards) == (2, 0)
    assert [card.id for card in desk.cards()] == [review.card_id]
    assert asks(desk, "docker") == sorted(DECKS["docker"])
    assert {card.id for card in desk.cards()} == ids
    assert desk.card("What is an image?").schedule == review.after
    with pytest.raises(MissingError):
        desk.collection.sync.forget("helm", now=desk.now)


def test_an_older_collection_keeps_the_decks_in_which_something_was_done(desk, shelf):
    taken_at_birth(desk, shelf)
    ids = {card.id for card in desk.cards()}
    desk.rate("What is an image?")
    key, _ = desk.collection.find(desk.card("What is a pod?").id)
    desk.collection.change("suspend", [key], desk.now)
    desk.collection.undo(desk.now)
    desk.close()
    told = []
    collection = desk.open()
    assert asks(desk) == sorted([*DECKS["docker"], *DECKS["kubernetes"]])
    assert len(desk.cards()) == 3
    collection.tell = told.append
    collection.shipped.refresh(desk.now)
    assert told == []
    asks(desk, "helm")
    assert {card.id for card in desk.cards()} == ids


def test_a_deck_of_a_plan_stays_in_an_older_collection(desk, shelf):
    from datetime import date

    from quiz.planning import Plan

    taken_at_birth(desk, shelf)
    keep(
        desk.collection,
        KeptPlan(plan=Plan(until=date(2026, 12, 1), minutes=9, off=frozenset()), targets=("helm",)),
    )
    desk.close()
    assert asks(desk) == DECKS["helm"]


# --- beside own decks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("own", ["kubernetes.md", "kubernetes/cka.md", "Kubernetes/README.md"])
@pytest.mark.parametrize("first", ["own", "shipped"])
def test_an_own_deck_wins_its_name(desk, shelf, own, first):
    from datetime import date

    from quiz.planning import Plan

    desk.asks(own, "What is mine?")
    if first == "own":
        desk.sync()
        assert asks(desk, "kubernetes") == ["What is mine?"]
        assert asks(desk, "shipped/kubernetes") == ["What is a pod?"]
    else:
        asks(desk, "kubernetes")
        review = desk.rate("What is a pod?")
        plan = Plan(until=date(2026, 12, 1), minutes=9, off=frozenset())
        keep(desk.collection, KeptPlan(plan=plan, targets=("kubernetes",)))
        report = desk.sync()
        assert report.renamed == [("kubernetes", "shipped/kubernetes")]
        assert desk.card("What is a pod?").schedule == review.after
        assert kept_plan(desk.collection).targets == ("shipped/kubernetes",)
        assert all(check.ok for check in desk.collection.check_up(desk.now))
    assert asks(desk, "kubernetes") == ["What is mine?"]
    assert asks(desk, "shipped/kubernetes") == ["What is a pod?"]
    (shelf / "kubernetes.md").write_text(asked("What is a pod?") + asked("What is a node?"))
    desk.close()
    assert asks(desk, "shipped/kubernetes") == ["What is a node?", "What is a pod?"]
    assert asks(desk, "kubernetes") == ["What is mine?"]
    assert all(check.ok for check in desk.collection.check_up(desk.now))


# --- copies --------------------------------------------------------------------------------------------------------


def test_a_copy_takes_over_cards_and_history(desk, shelf):
    asks(desk, "docker")
    review = desk.rate("What is an image?")
    before = {card.id: (card.schedule, card.note.deck, card.note.line) for card in desk.cards()}
    path = desk.collection.own_copy(str(shelf / "docker.md"), desk.now)
    assert path == desk.home / "notes" / "docker.md"
    assert {card.id: (card.schedule, card.note.deck, card.note.line) for card in desk.cards()} == before
    assert {card.path for card in desk.cards()} == {str(path)}
    assert desk.card("What is an image?").schedule == review.after
    assert asks(desk, "docker") == sorted(DECKS["docker"])
    assert "docker" not in desk.collection.shipped.offered()
    assert desk.collection.own_copy(str(path), desk.now) == path
    assert desk.collection.sync.paths((), now=desk.now).cards == 2
    assert asks(desk, "shipped/docker") == sorted(DECKS["docker"])
    assert len(desk.cards()) == 2


def test_a_file_that_is_there_is_never_overwritten(desk, shelf):
    asks(desk, "docker")
    mine = desk.write("docker.md", "Mine.\n")
    path = desk.collection.own_copy(str(shelf / "docker.md"), desk.now)
    assert (path.name, mine.read_text()) == ("docker-2.md", "Mine.\n")
    assert {card.path for card in desk.cards()} == {str(path)}


@pytest.mark.parametrize("synced", [False, True])
def test_copying_may_be_killed_after_the_file_was_written(desk, shelf, monkeypatch, synced):
    asks(desk, "docker")
    before = {card.id: card.schedule for card in desk.cards()}

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(copying, "_moved", killed)
        with pytest.raises(KeyboardInterrupt):
            desk.collection.own_copy(str(shelf / "docker.md"), desk.now)
    if synced:
        desk.sync()
    path = desk.collection.own_copy(str(shelf / "docker.md"), desk.now)
    assert [each.name for each in desk.notes.iterdir()] == ["docker.md"]
    assert {card.id: card.schedule for card in desk.cards()} == before
    assert {card.path for card in desk.cards()} == {str(path)}


def test_another_original_is_told_once(desk, shelf):
    asks(desk, "docker")
    path = desk.collection.own_copy(str(shelf / "docker.md"), desk.now)
    assert list(desk.collection.shipped.changed_originals()) == []
    (shelf / "docker.md").write_text(asked("What is new?"))
    [told] = desk.collection.shipped.changed_originals()
    assert str(path) in told
    assert str(shelf / "docker.md") in told
    assert list(desk.collection.shipped.changed_originals()) == []
    assert asks(desk) == sorted(DECKS["docker"])


def test_what_writes_into_notes_writes_into_a_copy(desk, shelf):
    (shelf / "helm.md").write_text("Q: What is a release?\n")
    before = (shelf / "helm.md").read_bytes()
    asks(desk, "helm")
    desk.collection.fill(desk.card("What is a release?"), "An installed chart.", desk.now)
    assert "An installed chart." in (desk.notes / "helm.md").read_text()
    asks(desk, "docker")
    [(path, marks)] = desk.collection.anchor(
        [str(shelf / "docker.md")], remove=False, dry_run=False, now=desk.now
    )
    assert (path, marks) == (str(desk.notes / "docker.md"), 2)
    assert (shelf / "helm.md").read_bytes() == before
    assert "^" not in (shelf / "docker.md").read_text()


# --- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("archon", "Archon?"), ("ai/Archon", "Archon?"), ("00 inbox", "Archon?"), ("00 Inbox/AI/Archon", "Archon?"),
        ("NET", "net?"), ("DOCKER", "What is a layer?"),
    ],
)  # fmt: skip
def test_decks_are_named_as_people_type_them(desk, shelf, typed, found):
    desk.asks("00 Inbox/AI/Archon.md", "Archon?")
    desk.asks("net.md", "net?")
    desk.asks("deep/net/tcp.md", "tcp?")
    desk.sync()
    assert asks(desk, typed)[0] == found


def test_a_name_that_decks_share_is_refused_with_their_full_names(desk, shelf):
    desk.asks("a/net.md", "a?")
    desk.asks("b/net.md", "b?")
    desk.sync()
    with pytest.raises(AmbiguousDeckError, match="'Net' may be a/net or b/net") as refused:
        asks(desk, "Net")
    assert refused.value.exit_code == 3
    with pytest.raises(DeckNotFoundError, match="Did you mean 'docker'") as unknown:
        asks(desk, "dokcer")
    assert unknown.value.details["near"] == ["docker"]


def test_a_readme_is_called_by_its_folder(desk):
    desk.asks("topics/kubernetes/README.md", "What is a pod?")
    desk.asks("topics/kubernetes/CKA.md", "What is asked there?")
    desk.sync(desk.notes / "topics" / "kubernetes")
    assert deck_of(desk, "What is a pod?") == "kubernetes"
    assert deck_of(desk, "What is asked there?") == "CKA"


def test_a_readme_given_as_a_file_is_called_by_its_folder(desk):
    desk.asks("kubernetes/README.md", "What is a pod?")
    desk.sync(desk.notes / "kubernetes" / "README.md")
    assert deck_of(desk, "What is a pod?") == "kubernetes"
    assert json.dumps([row["name"] for row in desk.rows("file")]) == '["README.md"]'
