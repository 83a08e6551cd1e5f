"""A map on a page: it stays in place while the layer on it changes, and tells what is clicked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import folium
from streamlit_folium import st_folium


def live_map(
    chart: folium.Map,
    layer: folium.FeatureGroup | Sequence[folium.FeatureGroup] | None,
    key: str,
    height: int,
    told: str | None = None,
    on_change: Callable[[], None] | None = None,
) -> None:
    """A map and what lies on it; `told` is what `st.session_state[key]` holds after a click."""
    st_folium(
        chart,
        key=key,
        height=height,
        use_container_width=True,
        returned_objects=[told] if told else [],
        feature_group_to_add=layer,
        on_change=on_change,
        render=False,  # it renders the map once more all the same; both cost a third of its time
    )
