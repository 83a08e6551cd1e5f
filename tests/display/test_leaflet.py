import folium
import pytest
from xstatic.pkg import leaflet

from geoloc_core.display.leaflet import install_leaflet, serve_leaflet_from


def test_leaflets_own_files_are_laid_out(tmp_path):
    install_leaflet(tmp_path)
    install_leaflet(tmp_path)
    with open(f"{leaflet.BASE_DIR}/leaflet.js", "rb") as original:
        assert (tmp_path / "leaflet" / "leaflet.js").read_bytes() == original.read()
    assert (tmp_path / "leaflet" / "images" / "layers.png").stat().st_size > 0


def test_a_map_asks_for_nothing_but_the_given_address(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(folium.Map, "default_js", folium.Map.default_js)
    monkeypatch.setattr(folium.Map, "default_css", folium.Map.default_css)
    serve_leaflet_from("/base/app/static/leaflet")
    page = folium.Map(tiles=None).get_root().render()
    assert "/base/app/static/leaflet/leaflet.js" in page
    assert "https://cdn" not in page
