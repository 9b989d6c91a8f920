"""What people gave teaches types and filing, only where that is better; it can be taken back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

REPAIRS = """The lathe in bay two lost oil at the spindle; seal replaced, bearing greased.
Forklift 7: brake pads worn to two millimetres. Ordered pads, blocked the vehicle until Tuesday.
Compressor trips after ten minutes. Found a clogged filter and a loose belt; cleaned, tightened.
Drill press will not start. Emergency switch was stuck; contact cleaned, wiring checked, released.
Hydraulic hose of the press burst during the night shift. Area cleaned, hose swapped, pressure ok.
Conveyor motor hums but does not turn. Capacitor changed, rollers aligned, belt tension set again.
The welding robot drifts by a millimetre. Gear backlash measured, arm calibrated, seam checked.
Crane chain shows rust near the hook. Chain cleaned and oiled, load test passed at two tons."""
RECIPES = """Whisk six eggs with cream, fold in chives, and bake the tart until it is golden.
Soak the lentils, sweat onions and carrots in butter, add stock, and simmer until soft.
Knead flour, yeast and warm milk; let the dough rise twice, braid it, brush it with egg yolk.
Slice cucumbers thinly, salt them, drain, and dress with vinegar, dill and a spoon of sugar.
Brown the beef in a heavy pot, pour in red wine, add thyme and bay, and braise for three hours.
Melt chocolate over steam, stir in sugar and egg whites, chill the mousse until the evening.
Roast pumpkin with garlic, blend it with broth and coconut milk, season the soup with lime.
Toss the pasta with basil, pine nuts, olive oil and grated cheese; serve it at once."""
ABSENCES = """Ms Okafor takes parental leave from May to October; Mr Lind covers her accounts.
Sick note received for three days; the employee returns on Thursday, wages continue to be paid.
Holiday request of fifteen days in August approved by the team lead; balance left is four days.
Unpaid leave for a course of study is granted for one term, insurance stays with the employer.
Jury duty excuses the employee for a week; the court's letter is in the personnel file.
Overtime of twenty hours is turned into two and a half days off, to be taken before June.
Part-time request: thirty hours a week from September, salary and vacation days fall in step.
The trainee missed vocational school twice; a warning was given and the parents were told."""
STRANGE = (
    "Jupiter and Saturn met in the evening sky; a comet's tail was seen through small telescopes."
)
KINDS = {
    "Workshop": ("repair report", REPAIRS.splitlines()),
    "Kitchen": ("recipe", RECIPES.splitlines()),
    "Personnel": ("absence note", ABSENCES.splitlines()),
}
SHOWN = 6
"""Documents of each kind of which people say what they are; the others are told."""


def _say(served: Any, asset_id: str, **values: str) -> None:
    edits = [{"field": name, "action": "set", "value": value} for name, value in values.items()]
    answer = served.client.patch(f"/v1/assets/{asset_id}", json={"edits": edits})
    assert answer.status_code == 200, answer.text


def _suggested(served: Any, name: str, field: str) -> Any:
    return served.values(name).get(field)


@pytest.fixture(scope="module")
def taught(served: Any) -> Any:
    texts = {
        f"{kind} {number}.txt": text
        for kind, said in KINDS.values()
        for number, text in enumerate(said)
    }
    served.add_all({**texts, "sky.txt": STRANGE})
    for department, (kind, _) in KINDS.items():
        for number in range(SHOWN):
            # Spelt as people spell.
            spelt = department.upper() if number == 1 else department
            asset_id = served.ids[f"{kind} {number}.txt"]
            _say(served, asset_id, document_type=kind.title(), department=spelt)
    for number in (0, 1):
        _say(served, served.ids[f"recipe {number}.txt"], project="Spring menu")
    served.settle()
    return served


def test_examples_teach_types_and_departments_and_can_be_taken_back(taught: Any) -> None:
    strange = _suggested(taught, "sky.txt", "department")
    before = taught.summary("recipe 7.txt")["type"]
    made = taught.client.post("/v1/documents/learn").json()
    assert made["kept"], made
    assert made["examples"] == 3 * SHOWN
    assert made["after"] >= 0.8 > made["before"] == 0
    assert made["labels"] == ["absence note", "recipe", "repair report"]
    departments, projects = made["fields"]
    assert departments["field"] == "department"
    assert departments["values"] == ["Kitchen", "Personnel", "Workshop"]
    assert departments["kept"]
    assert departments["after"] >= 0.7 > departments["before"] == pytest.approx(1 / 3, abs=0.001)
    assert (projects["field"], projects["kept"]) == ("project", False)
    assert "two values" in projects["reason"]
    taught.settle()

    right = told = 0
    for department, (kind, texts) in KINDS.items():
        for number in range(SHOWN, len(texts)):
            found = _suggested(taught, f"{kind} {number}.txt", "department")
            told += found is not None
            if found is not None and found["value"] == department:
                right += 1
                assert (found["source"], found["state"]) == ("model", "suggested")
                assert 0.5 <= found["confidence"] <= 1
                assert "people gave this" in found["evidence"]
    assert right == told >= 3
    assert _suggested(taught, "sky.txt", "department") == strange is None
    # A person's word stays as it was spelt; a rule stands above what was learned.
    assert _suggested(taught, "recipe 1.txt", "department")["value"] == "KITCHEN"
    assert _suggested(taught, "invoice.txt", "department")["source"] == "rule"
    types = [
        taught.summary(f"{kind} {number}.txt")["type"]["type"] == kind
        for kind, texts in KINDS.values()
        for number in range(SHOWN, len(texts))
    ]
    assert sum(types) >= 4
    # What was told rightly before still is.
    assert taught.summary("invoice.txt")["type"]["type"] == "invoice"
    assert taught.summary("nda.txt")["type"]["type"] == "non-disclosure agreement"

    assert taught.client.post("/v1/documents/learn/undo").status_code == 204
    taught.settle()
    assert taught.summary("recipe 7.txt")["type"]["type"] == before["type"]
    assert _suggested(taught, "recipe 7.txt", "department") is None
    assert taught.client.post("/v1/documents/learn/undo").status_code == 404


@pytest.mark.slow
def test_news_teach_the_desks_that_they_belong_to(served: Any, shared_data: Path) -> None:
    lines = (shared_data / "bbc_news" / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    by_class: dict[str, list[str]] = {}
    for article in map(json.loads, lines[:: len(lines) // 200]):
        by_class.setdefault(article["class"], []).append(article["text"][:1_500])
    desks = {"business": "Finance", "politics": "Public affairs", "entertainment": "Culture"}
    shown, asked, strange = 8, 8, 8
    files = {
        f"{topic} {number}.txt": text
        for topic, texts in by_class.items()
        for number, text in enumerate(texts[: shown + asked if topic in desks else strange])
    }
    served.add_all(files)
    for topic, desk in desks.items():
        for number in range(shown):
            asset_id = served.ids[f"{topic} {number}.txt"]
            _say(served, asset_id, department=desk, document_type=f"{topic} story")
    made = served.client.post("/v1/documents/learn").json()
    (departments,) = (each for each in made["fields"] if each["field"] == "department")
    assert departments["kept"]
    assert departments["after"] >= 0.6
    assert made["kept"]
    served.settle()
    found, types = {}, {}
    for name in files:
        value = served.values(name).get("department")
        found[name] = value["value"] if value else ""
        types[name] = served.summary(name)["type"]["type"]
    unseen = [f"{topic} {number}.txt" for topic in desks for number in range(shown, shown + asked)]
    told = [name for name in unseen if found[name]]
    right = [name for name in told if found[name] == desks[name.split()[0]]]
    assert len(told) >= 0.6 * len(unseen)
    assert len(right) >= 0.85 * len(told)
    assert sum(types[name] == f"{name.split()[0]} story" for name in unseen) >= 0.7 * len(unseen)
    # Of topics that no desk has, most get none.
    foreign = [name for name in files if name.split()[0] not in desks]
    assert sum(bool(found[name]) for name in foreign) <= 0.3 * len(foreign)
    while served.client.post("/v1/documents/learn/undo").status_code == 204:
        pass


def test_only_admins_teach(taught: Any) -> None:
    client: TestClient = taught.client
    client.post("/v1/users", json={"name": "eve", "role": "editor"})
    made = client.post("/v1/keys", json={"user": "eve", "scope": "admin"})
    headers = {"Authorization": f"Bearer {made.json()['secret']}"}
    answer = client.post("/v1/documents/learn", headers=headers)
    assert answer.status_code == 403
