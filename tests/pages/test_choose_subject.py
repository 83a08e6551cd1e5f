from streamlit.testing.v1 import AppTest

from tests.patience import LONG


def called_again() -> None:
    """A click while the page still runs makes Streamlit tell of the upload once more."""
    import streamlit as st
    from streamlit.runtime.uploaded_file_manager import DeletedFile

    from pages.common.choose_subject import take_uploads

    st.session_state.update({"own": "kept", "upload": 1, "photos_0": [DeletedFile("gone")]})
    take_uploads("own_for_sample", "photos_0")
    st.session_state["photos_0"] = []
    take_uploads("own_for_sample", "photos_0")
    st.text(f"{st.session_state['own']} {st.session_state['upload']}")


def test_photos_stay_when_their_upload_is_told_of_again():
    page = AppTest.from_function(called_again, default_timeout=LONG).run()
    assert not page.exception
    assert page.text[0].value == "kept 1"
