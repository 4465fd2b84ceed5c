"""Cards that hide parts of commands while their note travels to Anki and back: there it has no such cards."""

from __future__ import annotations

RUN = "- **Run nginx as `web` on port 8080**:\n  ```sh\n  docker run -d --name web -p 8080:80 nginx\n  ```\n"


def test_reviews_made_in_anki_come_home_to_the_card_of_the_whole_command(desk, dquiz, anki):
    dquiz.settings["TYPED__CLOZE"] = "options"
    dquiz.days_ago = 20
    desk.write("docker.md", RUN)
    assert dquiz("sync", desk.notes)["added"] == 4
    part = next(card["id"] for card in dquiz("cards") if card["facet"] != "fwd")
    dquiz("answer", part, "easy")
    anki.create()
    assert anki.take(package=dquiz.exported(), progress=True)["new"] == 1
    assert len(anki.cards()) == 1
    assert anki.study(ratings=[3, 3], days_ago=18) == 2
    dquiz.days_ago = 10
    assert dquiz.taken(anki.given()) == (0, 0, 2)
    reps = {card["facet"]: card["reps"] for card in dquiz("cards")}
    assert reps.pop("fwd") == 2
    assert sorted(reps.values()) == [0, 0, 1]
    assert dquiz("sync")["unchanged"] == 4
    assert dquiz.faults() == []
    assert anki.take(package=dquiz.exported())["duplicate"] == 1
    assert anki.check() == ""
