"""Anchors that date a text without a date: known events, people in office or of an age, the presidents' contacts.

``find_mentions`` gives what an article mentions, with the days that each mention points to.
"""

from __future__ import annotations

from tarikh.articles import Article
from tarikh.contacts import contact_mentions
from tarikh.event_likeness import likely_mention
from tarikh.events import event_mentions
from tarikh.passages import Mention, passages_of
from tarikh.people import people_mentions

BY_WORDING = frozenset(["event_sudden", "event_scheduled"])  # these yield to a comparison with all events
FIRM = frozenset(  # kinds after which no comparison is needed: they rest on a day or on the presidents' contacts too
    ["event_today", "event_series", "event_count", "annual_today", "contact_today", "contact_reported"]
)


def find_mentions(article: Article) -> list[Mention]:
    """Events, anniversaries, people and contacts in headline, subheadlines and body, in page order.

    Events of one series (summits, elections) compete for a passage: they come as one mention with several days. Unless
    something firmer is told, all events compete for the lead, by its likeness to each and by the wordings that it has.
    A row that this very page suggested (``found_on``) is left out.
    """
    passages = list(passages_of(article))
    events, found = event_mentions(article, passages)
    mentions = [*events, *people_mentions(passages), *contact_mentions(passages, found)]
    if FIRM.isdisjoint(mention.kind for mention in mentions):
        worded = [mention for mention in mentions if mention.kind in BY_WORDING]
        if likely := likely_mention(article, worded):
            mentions = [mention for mention in mentions if not _counts_in(mention, likely)] + [likely]
    return sorted(mentions, key=lambda m: (m.line, m.start, m.kind, m.id))


def _counts_in(mention: Mention, likely: Mention) -> bool:
    """Whether the comparison has counted a mention already: by its wordings, or as one of the events it names."""
    recalled = mention.kind.endswith("_recalled") and not set(mention.id.split("|")).isdisjoint(likely.id.split("|"))
    return mention.kind in BY_WORDING or recalled
