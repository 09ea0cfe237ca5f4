"""The comparison of a text with all known events: wordings that its profiles did not see."""

from __future__ import annotations

import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from tarikh import event_likeness
from tarikh.event_likeness import likely_events, profile_texts
from tarikh.known_events import known_events
from tarikh.tables import read_table


def test_wordings_belong_to_events():
    wordings = read_table("event_wordings")
    assert set(wordings["event"]) == {event.id for event in known_events()}
    assert not wordings.duplicated(["event", "kind"]).any()
    assert set(wordings["kind"]) == {"lead_a", "lead_b", "lead_c", "recall"}


@pytest.mark.parametrize(("kind", "floor"), [("lead_a", 0.9), ("lead_b", 0.55), ("recall", 0.85)])
def test_an_unseen_wording_is_among_the_ten_likeliest(kind, floor):
    """The profiles are made without the wordings of that kind; every fifth of them is looked up."""
    wordings = read_table("event_wordings")
    events, texts = profile_texts(wordings[wordings["kind"] != kind])
    vectors = TfidfVectorizer(**event_likeness.VECTORS)
    profiles = vectors.fit_transform(texts)
    asked = wordings[(wordings["kind"] == kind) & wordings["event"].isin([e.id for e in events])].iloc[::5]
    likeness = pd.DataFrame((vectors.transform(asked["text"]) @ profiles.T).toarray(), columns=[e.id for e in events])
    rank = likeness.rank(axis=1, ascending=False)
    assert (pd.Series([rank.at[i, event] for i, event in enumerate(asked["event"])]) <= 10).mean() >= floor


def test_spelling_and_inflection_do_not_matter_much():
    one, two = "اعتقال بروتاسيفيتش بعد إنزال الطائرة في مينسك", "اعتُقل بروتاسيفتش إثر إرغام طائرته على الهبوط بمنسك"
    best = [max(likely_events(text), key=lambda pair: pair[1])[0].day for text in (one, two)]
    assert {day.strftime("%Y-%m") for day in best} == {"2021-05"}
