"""A citation names the page that a reader finds the quote on."""

import re
import uuid

from tests import office
from tests.caller import Caller
from tests.embedded import Platform


def test_a_fact_on_the_second_page_of_a_passage_is_cited_with_that_page(platform: Platform) -> None:
    alice, client = Caller(platform.url), f"client-{uuid.uuid4().hex[:12]}"
    pages = [
        [("Pump rooms", 20), ("The pump of hall 1 was made by Hallmann.", 11)],
        [("The valve of hall 2 has the serial number VX-48213.", 11)],
    ]
    alice.upload({"halls.pdf": office.pdf(pages)}, client=client)
    question = {"query": "What is the serial number of the valve of hall 2?", "client": client}
    answer = alice.call("POST", "/rag/query", question).json
    assert answer["answered"], answer
    (passage,) = answer["passages"]
    assert {"hall 1", "hall 2"} <= set(re.findall(r"hall \d", passage["text"])), "one passage spans both pages"
    assert passage["page"] == 1
    (page,) = {citation["page"] for citation in answer["citations"] if "VX-48213" in citation["quote"]}
    assert page == 2
