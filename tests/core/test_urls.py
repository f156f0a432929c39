"""When two addresses mean the same page."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.urls import KEY_LENGTH, TRACKING, TRACKING_FAMILIES, normal, resource_key

EXAMPLES = (
    # scheme, host, port
    ("https://example.org/a", "https://example.org/a"),
    ("http://example.org/a", "https://example.org/a"),
    ("  HTTP://Example.ORG/a\n", "https://example.org/a"),
    ("http://example.org:80/a", "https://example.org/a"),
    ("https://example.org:443/a", "https://example.org/a"),
    ("http://example.org:443/a", "https://example.org/a"),
    ("https://example.org./a", "https://example.org/a"),
    ("https://www.example.org/a", "https://www.example.org/a"),
    ("https://example.org:8443/a", "https://example.org:8443/a"),
    ("https://example.org:80/a", "https://example.org:80/a"),
    ("https://Bücher.example/", "https://xn--bcher-kva.example/"),
    ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example/"),
    ("http://[2001:DB8:0::1]:80/", "https://[2001:db8::1]/"),
    # path
    ("https://example.org", "https://example.org/"),
    ("https://example.org/a/", "https://example.org/a"),
    ("https://example.org/a/../b/./c/", "https://example.org/b/c"),
    ("https://example.org/%7Eana/%c3%a9", "https://example.org/~ana/%C3%A9"),
    ("https://example.org/é", "https://example.org/%C3%A9"),
    ("https://example.org/a b", "https://example.org/a%20b"),
    ("https://example.org/a%2fb", "https://example.org/a%2Fb"),
    ("https://example.org/%E9", "https://example.org/%E9"),
    ("https://example.org/Exposure_%28photography%29", "https://example.org/Exposure_(photography)"),
    ("https://web.archive.org/web/2015/http://example.org/", "https://web.archive.org/web/2015/http://example.org"),
    ("https://example.org/A", "https://example.org/A"),
    # query
    ("https://example.org/a?", "https://example.org/a"),
    ("https://example.org/a/?&&", "https://example.org/a"),
    ("https://example.org?b=2&a=1", "https://example.org/?a=1&b=2"),
    ("https://example.org/a?x=2&x=1&b", "https://example.org/a?b&x=2&x=1"),
    ("https://example.org/a?b=&c", "https://example.org/a?b&c"),
    ("https://example.org/a?q=one%20two", "https://example.org/a?q=one+two"),
    ("https://example.org/a?q=c%2B%2b&r=a%26b", "https://example.org/a?q=c%2B%2B&r=a%26b"),
    ("https://example.org/a?id=course-v1:X+S-1", "https://example.org/a?id=course-v1:X+S-1"),
    ("https://example.org/a?utm_source=x&id=3&UTM_Medium=y&fbclid=z", "https://example.org/a?id=3"),
    ("https://example.org/a?mc_cid=1&gclid=2&igshid=3&mtm_kwd=4", "https://example.org/a"),
    ("https://example.org/a?ref=main&source=b&si=1&t=5", "https://example.org/a?ref=main&si=1&source=b&t=5"),
    ("https://example.org/a?utm=1&my_utm_source=2", "https://example.org/a?my_utm_source=2&utm=1"),
    ("https://open.spotify.com/show/7?si=1", "https://open.spotify.com/show/7"),
    ("https://x.com/ana/status/1?s=20&t=abc", "https://x.com/ana/status/1"),
    # fragment
    ("https://example.org/a#part-2", "https://example.org/a"),
    ("https://example.org/a#:~:text=here", "https://example.org/a"),
    ("https://example.org/a#", "https://example.org/a"),
    ("https://example.org/#/", "https://example.org/"),
    ("https://example.org/#!", "https://example.org/"),
    ("https://example.org/atcoder/#/table/", "https://example.org/atcoder#/table"),
    ("https://example.org/forum/#!forum/go", "https://example.org/forum#!forum/go"),
    # YouTube: one video has many addresses
    ("https://www.youtube.com/watch?v=Y6KDk5iyrYE", "https://www.youtube.com/watch?v=Y6KDk5iyrYE"),
    ("http://youtube.com/watch/?t=20s&v=Y6KDk5iyrYE#x", "https://www.youtube.com/watch?v=Y6KDk5iyrYE"),
    ("https://m.youtube.com/watch?v=Y6KDk5iyrYE&feature=share", "https://www.youtube.com/watch?v=Y6KDk5iyrYE"),
    ("https://youtu.be/Y6KDk5iyrYE?si=sRyiRRehGb_qv2wR", "https://www.youtube.com/watch?v=Y6KDk5iyrYE"),
    ("https://www.youtube.com/embed/Y6KDk5iyrYE?start=9", "https://www.youtube.com/watch?v=Y6KDk5iyrYE"),
    ("https://www.youtube-nocookie.com/embed/Y6KDk5iyrYE", "https://www.youtube.com/watch?v=Y6KDk5iyrYE"),
    ("https://www.youtube.com/shorts/Y6KDk5iyrYE/", "https://www.youtube.com/watch?v=Y6KDk5iyrYE"),
    ("https://www.youtube.com/live/Y6KDk5iyrYE?feature=shared", "https://www.youtube.com/watch?v=Y6KDk5iyrYE"),
    ("https://www.youtube.com/watch?v=Y6KDk5iyrYE&list=PL1&index=2", "https://www.youtube.com/watch?v=Y6KDk5iyrYE"),
    ("https://youtube.com/playlist?list=PL1&si=x", "https://www.youtube.com/playlist?list=PL1"),
    ("https://www.youtube.com/embed/videoseries?list=PL1", "https://www.youtube.com/embed/videoseries?list=PL1"),
    ("https://m.youtube.com/@ana/?app=desktop", "https://www.youtube.com/@ana"),
    ("https://www.youtube.com/watch?v=a/b", "https://www.youtube.com/watch?v=a/b"),
    ("https://youtube.com.example/watch?v=1&t=2", "https://youtube.com.example/watch?t=2&v=1"),
)
NO_ADDRESSES = (
    *("", " ", "words", "example.org/a", "//example.org/a", "mailto:ana@example.org", "ftp://example.org/a/"),
    *("file:///etc/passwd", "javascript:alert(1)", "http://", "https:///a", "https://...", "http:a", "https://[::1"),
    *("https://example.org:99999/", "https://example.org:x/", "https://ana:secret@example.org/", "https://@"),
    *("https://ana@example.org/", "https://example.org\\@evil.example/", "https://example.org/a\tb", "https://a\x00/"),
    *("https://example.org/\ud800", "\udfff", "https://\xad.org/", "C12", "slack:T1:U1"),
)


@pytest.mark.parametrize(("url", "expected"), EXAMPLES)
def test_normal(url: str, expected: str) -> None:
    assert normal(url) == expected


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address_comes_back_as_it_is(text: str) -> None:
    assert normal(text) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.youtube.com/watch?v=Y6KDk5iyrYE", "https://www.youtube.com/watch?v=y6KDk5iyrYE"),
        ("https://www.youtube.com/playlist?list=PL1", "https://www.youtube.com/playlist?list=PL2"),
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/a?x=1&x=2", "https://example.org/a?x=2&x=1"),
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a", "https://www.example.org/a"),
        ("https://example.org/a", "https://example.org:8080/a"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/a?q=c%2B", "https://example.org/a?q=c+"),
        ("https://example.org/a?q=1%262=3", "https://example.org/a?q=1&2=3"),
        ("https://example.org/#/a", "https://example.org/#/b"),
        ("https://example.org/a//b", "https://example.org/a/b"),
    ],
)
def test_different_pages_stay_apart(one: str, other: str) -> None:
    assert normal(one) != normal(other)
    assert resource_key(one) != resource_key(other)


@pytest.mark.parametrize("name", [*sorted(TRACKING), *(f"{family}x" for family in TRACKING_FAMILIES)])
def test_tracking_parameters_tell_nothing_of_the_page(name: str) -> None:
    assert name == name.lower(), "names are compared in small letters"
    for spelt in (name, name.upper()):
        assert normal(f"https://example.org/a?{spelt}=1&id=3") == "https://example.org/a?id=3"
        assert normal(f"https://example.org/a?x{spelt}=1") != "https://example.org/a"


def test_a_resource_has_one_key() -> None:
    key = resource_key("https://example.org/a?id=3")
    assert len(key) == KEY_LENGTH
    assert set(key) <= set(string.hexdigits.lower())
    assert key == resource_key("http://EXAMPLE.org:80/a/?utm_source=x&id=3#top")
    assert key == "3d7cc5d04ebefc58029187ff42e010cd", "keys are stored: another rule needs a migration"
    assert resource_key("\ud800") != resource_key("")


WEIRD = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=st.characters(exclude_categories=()), max_size=30),
    st.text(alphabet="htps:/?#&=%25[]@.;+!~ aA0é。١\u200d\u0301\\\t", max_size=60),
)


@given(WEIRD)
@example("a%")
@example("[::1]:")
@example("xn--")
@example("[]@")
def test_any_text_has_a_normal_form_that_is_its_own(text: str) -> None:
    hosted = f"https://example.org/{text}"
    for url in (text, f"http://{text}", f"https://{text}/", hosted, f"https://youtube.com/{text}", f"{hosted}?{text}"):
        found = normal(url)
        assert normal(found) == found
        assert found == url or found.isascii()
        assert resource_key(url) == resource_key(found)


WORD = st.text(alphabet=string.ascii_letters + string.digits + "-_~.éß日", min_size=1, max_size=8).filter(
    lambda word: word.strip(".")
)
PLAIN = st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=6)


def _encoded(text: str, upper: bool) -> str:  # noqa: FBT001 - drawn by the property
    encoded = "".join(f"%{byte:02x}" for byte in text.encode())
    return encoded.upper() if upper else encoded


@given(
    host=PLAIN,
    path=st.lists(WORD, max_size=3),
    names=st.lists(PLAIN.filter(lambda name: name not in TRACKING), max_size=3, unique=True),
    value=WORD,
    data=st.data(),
)
def test_all_spellings_of_an_address_are_one(
    host: str, path: list[str], names: list[str], value: str, data: st.DataObject
) -> None:
    spelt = [_encoded(word, data.draw(st.booleans())) if data.draw(st.booleans()) else word for word in path]
    pairs = data.draw(st.permutations([f"{name}={value}" for name in names] + ["utm_source=x", "gclid=1"]))
    scheme, port = data.draw(st.sampled_from([("http", ""), ("https", ""), ("http", ":80"), ("HTTPS", ":443")]))
    ending = data.draw(st.sampled_from(["", "/"]))
    other = f"{scheme}://{host.upper()}.Example{port}/{'/'.join(spelt)}{ending}?{'&'.join(pairs)}#part"
    plain = f"https://{host}.example/{'/'.join(path)}" + ("?" + "&".join(f"{n}={value}" for n in names)) * bool(names)
    assert normal(other) == normal(plain)
