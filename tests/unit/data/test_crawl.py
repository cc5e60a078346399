"""The walk over web pages: what is remembered of a page with endless links."""

from tests.fakes.web import Answer, Asked, Web

from data_processing import sources
from oberaconnect.http import Download


def test_a_page_with_endless_links_leads_to_a_few_pages_each_fetched_once() -> None:
    links = "".join(f'<a href="/{number}">{number}</a>' for number in range(10 * sources.MAX_PAGES)).encode()

    def answer(_asked: Asked) -> Answer:
        return Answer(body=links, headers={"Content-Type": "text/html"})

    with Web(answer) as web:
        pages = list(sources.crawl(f"{web.url}/", 2, max_bytes=2**20, allowed_hosts=["127.0.0.1"]))
    assert all(isinstance(page, Download) for _, page in pages)
    assert len({entry.url for entry, _ in pages}) == len(pages) == sources.MAX_PAGES


def test_a_link_longer_than_the_index_takes_is_left_out() -> None:
    page = f'<a href="/{"a" * 3000}">long</a><a href="/{"b" * 1000}">short</a>'.encode()
    with Web(lambda _asked: Answer(body=page, headers={"Content-Type": "text/html"})) as web:
        found = [entry for entry, _ in sources.crawl(f"{web.url}/", 1, max_bytes=2**20, allowed_hosts=["127.0.0.1"])]
    assert len(found) == 2
    assert len(found[1].external_id) == 512
