"""Archives are read to their end whatever is wrong with them, and from every place on at which reading may go on."""

from __future__ import annotations

import gzip
import io
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.warc import ArchiveRecord, read_records
from crawler.warc_stream import START, ArchiveError
from tests.crawler.archives import make_answer, make_record, pack
from tests.crawler.servers import gzipped

URLS = [f"https://wire.example/{number}" for number in range(5)]
BODIES = [make_answer(f"<p>{number} ".encode() * 3000) for number in range(5)]
RECORDS = [make_record(url, body) for url, body in zip(URLS, BODIES, strict=True)]
LAYOUTS: dict[str, Callable[[list[bytes]], bytes]] = {
    "plain": lambda records: b"".join(records),
    "a member a record": lambda records: pack(*records),
    "one member": lambda records: gzipped(b"".join(records)),
    "members of 7000 bytes": lambda records: pack(
        *(b"".join(records)[start : start + 7000] for start in range(0, len(b"".join(records)), 7000))
    ),
}


def read(data: bytes) -> list[ArchiveRecord]:
    return list(read_records(io.BytesIO(data)))


def whole(records: list[ArchiveRecord]) -> list[tuple[str | None, bytes]]:
    return [(one.url, one.block) for one in records if one.kind != "damaged"]


def faults(records: list[ArchiveRecord]) -> list[str]:
    return [one.fault for one in records if one.fault is not None]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_records(layout: str) -> None:
    records = read(LAYOUTS[layout](RECORDS))

    assert whole(records) == list(zip(URLS, BODIES, strict=True))
    assert faults(records) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_reading_goes_on_after_every_record_as_if_it_had_not_stopped(layout: str) -> None:
    damaged = [RECORDS[0], make_record(URLS[1], BODIES[1], length=10), RECORDS[2], RECORDS[3], RECORDS[4]]
    data = LAYOUTS[layout](damaged)
    records = read(data)

    for number, record in enumerate(records, start=1):
        rest = list(read_records(io.BytesIO(data), record.after))
        assert whole(rest) == whole(records[number:])


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "length",
    [
        0,
        5,
        len(BODIES[2]) - 1,
        len(BODIES[2]) + 5,
        len(BODIES[2]) + 14,
        len(BODIES[2]) + 9000,
        10**6,
        10**14,
        "many",
        "-3",
        None,
    ],
)
def test_a_length_that_lies_costs_no_other_record(layout: str, length: int | str | None) -> None:
    data = LAYOUTS[layout]([*RECORDS[:2], make_record(URLS[2], BODIES[2], length=length), *RECORDS[3:]])
    records = read(data)

    assert [pair for pair in whole(records) if pair[0] != URLS[2]] == [
        pair for pair in zip(URLS, BODIES, strict=True) if pair[0] != URLS[2]
    ]
    assert len(faults(records)) == 1
    if length != 10**14:
        assert (URLS[2], BODIES[2]) in whole(records)


@given(cut=st.integers(min_value=1, max_value=10**6), layout=st.sampled_from(sorted(LAYOUTS)))
@settings(max_examples=60, deadline=None)
def test_an_archive_cut_at_any_byte_gives_the_records_before_the_cut(cut: int, layout: str) -> None:
    data = LAYOUTS[layout](RECORDS)
    data = data[: 1 + cut % (len(data) - 1)]

    try:
        records = read(data)
    except ArchiveError:
        return
    found = whole(records)
    assert found[:-1] == list(zip(URLS, BODIES, strict=True))[: max(len(found) - 1, 0)]
    assert len(faults(records)) <= 1


@given(place=st.integers(min_value=0, max_value=10**6), noise=st.binary(min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_damage_in_a_packed_record_costs_that_record_alone(place: int, noise: bytes) -> None:
    rng = random.Random(3)
    blocks = [make_answer(bytes(rng.choices(b"abcdefgh <p>", k=4000))) for _ in URLS]
    packed = [pack(make_record(url, block)) for url, block in zip(URLS, blocks, strict=True)]
    middle = bytearray(packed[2])
    place = 12 + place % (len(middle) - 60)
    middle[place : place + len(noise)] = noise
    records = read(packed[0] + packed[1] + bytes(middle) + packed[3] + packed[4])

    pairs = list(zip(URLS, blocks, strict=True))
    assert [pair for pair in whole(records) if pair[0] != URLS[2]] == pairs[:2] + pairs[3:]
    assert all(pair in pairs for pair in whole(records))


@given(data=st.binary(max_size=3000))
@settings(max_examples=80, deadline=None)
def test_bytes_of_any_kind_are_told_and_never_raise_anything_else(data: bytes) -> None:
    for form in (data, b"WARC/1.0\r\n" + data, gzipped(data), gzipped(b"WARC/1.0\r\n" + data)):
        try:
            read(form)
        except ArchiveError:
            continue


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"hello", "no WARC record that"),
        (gzipped(b"hello"), "no WARC record that"),
        (b"\x00" * 4000, "no WARC record that"),
        (b"filedesc://a.arc 0.0.0.0 20080430 text/plain 76\n1 0 Archive\n", "an ARC file"),
        (gzipped(b"filedesc://a.arc 0.0.0.0 20080430 text/plain 76\n"), "an ARC file"),
        (b"\x28\xb5\x2f\xfd" + bytes(20), "zstd"),
    ],
)
def test_what_is_no_archive_is_named(data: bytes, told: str) -> None:
    with pytest.raises(ArchiveError, match=told):
        read(data)


def test_a_bomb_is_stepped_over_within_little_memory() -> None:
    bomb = gzip.compress(make_record("https://wire.example/bomb", bytes(120_000_000)), 1)
    data = pack(*RECORDS[:2]) + bomb + pack(*RECORDS[2:])
    tracemalloc.start()
    records = read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert [pair[0] for pair in whole(records)] == URLS
    assert [fault.partition(",")[0] for fault in faults(records)] == ["a record of 120.0 MB"]
    assert peak < 20_000_000


def test_a_head_within_a_record_whose_length_is_right_is_part_of_it() -> None:
    planted = make_record("https://bank.example/planted", make_answer(b"<p>not so</p>"))
    outer = make_record(URLS[0], make_answer(b"<pre>\r\n" + planted + b"</pre>"))
    large = make_record(URLS[1], make_answer(b"x" * 40_000 + b"\r\n" + planted + b"y" * 40_000))
    for data in (outer + RECORDS[1], pack(outer, RECORDS[1]), gzipped(outer + RECORDS[1])):
        assert [one.url for one in read(data)] == URLS[:2]
    for data in (large + RECORDS[2], gzipped(large + RECORDS[2])):
        told = list(read_records(io.BytesIO(data), max_block=50_000))
        assert [one.url for one in told if one.kind != "damaged"] == URLS[2:3]


def test_odd_heads_are_read_as_they_are_meant() -> None:
    odd = (
        b"warcinfo junk\r\n"
        + make_record(f"<{URLS[0]}>", BODIES[0], version="0.17", date="20240306120000")
        + make_record(URLS[1], BODIES[1], version="1.1", date="2024-03-06T12:00:00.123456789Z", end=b"\r\n")
        + make_record(URLS[2], BODIES[2], version="0.18", date=None, end=b"")
        + make_record(URLS[3], BODIES[3], more="X-Long: one\r\n two").replace(b"\r\n", b"\n", 6)
        + bytes(100)
    )
    records = [one for one in read(odd) if one.kind != "damaged"]

    assert [one.url for one in records] == URLS[:4]
    assert [str(one.captured_at)[:19] for one in records] == [
        "2024-03-06 12:00:00",
        "2024-03-06 12:00:00",
        "None",
        "2024-03-06 12:00:00",
    ]
    assert records[3].fields["x-long"] == "one two"


# Its writer leaves the temporary files of its records to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_well_formed_archives_are_read_as_warcio_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "written.warc.gz"
    with path.open("wb") as target:
        writer = WARCWriter(target, gzip=True)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "a test"}))
        for url in URLS:
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            body = io.BytesIO(f"<p>{url}</p>".encode())
            writer.write_record(writer.create_warc_record(url, "response", payload=body, http_headers=headers))
            writer.write_record(writer.create_revisit_record(url, "sha1:" + "A" * 32, url, "2024-01-01T00:00:00Z"))
    with path.open("rb") as file:
        theirs = [(one.rec_type, one.rec_headers.get_header("WARC-Target-URI")) for one in ArchiveIterator(file)]
    with path.open("rb") as file:
        ours = [(one.kind, one.url) for one in read_records(file, START)]

    assert ours == theirs
