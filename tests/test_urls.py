"""URLs of endpoints, taken apart."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamorm_async.urls import Url, taken_apart

URLS = st.tuples(
    st.sampled_from(["http://", "https://", "HTTP://", "ftp://", "//", ""]),
    st.sampled_from(["localhost", "Db.Test", "a_b", "127.0.0.1", "[::1]", "a@b", "ü"]),
    st.sampled_from(["", ":", ":8000", ":080", ":0", ":65535", ":65536", ":123456"])
    | st.text("0123456789-x٣ ", max_size=6).map(":{}".format),
    st.sampled_from(["", "/", "//", "/path", "?query", "#end", "/\n"]),
).map("".join)


@given(URLS)
def test_a_url_is_taken_apart_as_the_standard_library_does(url: str) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        with pytest.raises(ValueError, match=r"[Pp]ort|netloc|IPv6"):
            taken_apart(url)
        return
    more = ("" if parts.path == "/" else parts.path) + parts.query
    host = parts.hostname or ""
    assert taken_apart(url) == Url(parts.scheme, parts.netloc, host, port, more)
