"""What every other case is measured against: a feed and a page that do no harm; and a control of the canaries."""

from __future__ import annotations

from tests.hostile.cases import CONTROL, PORT, Case, Stored, feed_of, item

CASES = (
    Case(id="benign", articles=(Stored(words=("loaded two tankers on Monday", "nothing unusual")),),
         asked={"/robots.txt": 1, "/feed.xml": 1, "/page": 1}),
    # The table of addresses is switched off: the canary must hear what every other case must keep from it.
    Case(id="control", feed=feed_of(item("Inside", f"http://{CONTROL}{PORT}/page")),
         crawl={"allow_networks": ["0.0.0.0/0", "::/0"]}),
)  # fmt: skip
