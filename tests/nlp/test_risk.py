"""The shipped risk tags, and what events add to them."""

from __future__ import annotations

import pytest

from nlp.labelled import RISK_LABELS
from nlp.records import EventType, RiskLabel
from nlp.risk import RiskModel, load_risk_model
from tests.nlp.builders import event


@pytest.fixture(scope="module")
def model() -> RiskModel:
    return load_risk_model()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Hackers broke into the control network of a power company and planted ransomware.", "cyber"),
        ("Russian missiles struck two power stations overnight, Ukraine's army said.", "armed_conflict"),
        ("Gunmen bombed a crude oil pipeline in the delta.", "physical_attack"),
        ("Armed pirates boarded a product tanker in the Gulf of Guinea and kidnapped six of the crew.", "maritime"),
        ("Thieves drilled an illegal tap into a petrol pipeline to steal fuel.", "theft_unrest"),
        ("A pipe ruptured at the refinery, and the fire burned for six hours after an explosion.", "accident"),
        ("A hurricane shut in most of the offshore oil output and flooded two refineries.", "natural_hazard"),
        ("Load shedding will last all week because power plants have run out of fuel.", "supply_disruption"),
        ("The Treasury imposed sanctions on a network that ships Iranian oil.", "sanctions_legal"),
        ("Ministers of both countries met for talks on the gas transit dispute and signed an agreement.", "diplomatic"),
        ("Brent crude fell two dollars a barrel as OPEC output rose and inventories grew.", "market"),
        ("Investigators suspect deliberate sabotage after an undersea power cable was cut.", "sabotage"),
    ],
)
def test_plain_case_of_each_label_is_tagged(model: RiskModel, text: str, label: RiskLabel) -> None:
    assert label in [tag.label for tag in model.predict("", text).tags]


def test_tags_are_at_threshold_and_most_probable_first(model: RiskModel) -> None:
    prediction = model.predict(
        "Drones halt oil loadings", "Naval drones hit a tanker and the terminal stopped exports."
    )
    probabilities = [tag.probability for tag in prediction.tags]
    assert probabilities == sorted(probabilities, reverse=True)
    assert set(prediction.probabilities) == set(RISK_LABELS)
    for label, probability in prediction.probabilities.items():
        assert (probability >= model.thresholds[label]) == (label in [tag.label for tag in prediction.tags])


def test_text_unlike_the_training_data_is_uncertain(model: RiskModel) -> None:
    assert model.predict("", "Lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod").uncertain
    assert model.predict("", "").uncertain


def test_clear_case_is_not_uncertain(model: RiskModel) -> None:
    assert not model.predict("", "A drone attack set the oil refinery on fire, the governor said on Monday.").uncertain


@pytest.mark.parametrize(
    ("event_type", "label"),
    [
        ("attack", "physical_attack"), ("sabotage", "sabotage"), ("cyberattack", "cyber"), ("theft", "theft_unrest"),
        ("blockade", "theft_unrest"), ("accident", "accident"), ("outage", "supply_disruption"),
        ("natural_hazard", "natural_hazard"), ("sanction", "sanctions_legal"), ("market", "market"),
    ],
)  # fmt: skip
def test_event_raises_the_label_it_implies(model: RiskModel, event_type: EventType, label: RiskLabel) -> None:
    text = "The operator of the pipeline gave no details of what had happened."
    before = model.predict("", text, []).probabilities
    after = model.predict("", text, [event(event_type, risks=(label,))]).probabilities
    assert after[label] > before[label]


def test_document_that_was_not_read_is_judged_by_its_words_alone(model: RiskModel) -> None:
    title, text = "Hackers stop fuel pipeline", "Ransomware forced the operator to shut the line."
    words = model.predict(title, text)
    assert words.probabilities != model.predict(title, text, []).probabilities
    for label, probability in words.probabilities.items():
        assert (probability >= model.thresholds[label]) == (label in [tag.label for tag in words.tags])


def test_tag_is_explained_by_words_and_events(model: RiskModel) -> None:
    found = [event("cyberattack", modes=("ransomware",), risks=("cyber",))]
    reasons = model.explain("cyber", "Ransomware stops pipeline", "Hackers encrypted its computers.", found, most=20)
    texts = [reason.text for reason in reasons]
    assert "event: risk cyber" in texts
    assert any("ransomware" in text or "cyber" in text for text in texts)
    assert [reason.weight for reason in reasons] == sorted((reason.weight for reason in reasons), reverse=True)
