"""What the audit says: the title of each test, and its numbers in a sentence.

A report can be worded anew from the numbers that it holds: see `reworded.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from geoloc_core.audit.findings import OVERLAP, TELLING, THRESHOLD

TITLES = {
    "groupings": "Holding out whole uploaders",
    "mask_gap": "Hiding the suspect region",
    "name_swap": "Swapping the name",
    "name_swap_nats": "Swapping the name: log-probability of that uploader's home",
    "row_only": "The suspect region alone",
    "scene_only": "The scene alone",
    "spoiled_pictures": "Degraded images: blurred, blackened, strongly compressed",
    "lookup": "Uploader look-up: their most frequent cell, without any image",
    "agreement": "Agreement with the look-up where it is wrong",
    "relevance": "Relevance in the suspect region",
    "duplicates": "Near-duplicates of held-out images in the training fold",
    "metadata": "Predicting the cell from metadata",
}
SENTENCES = {
    "groupings": "Holding out whole uploaders lowers the accuracy of a linear probe by {value}. "
    "Holding out as many panoramas of the same places lowers it by {control}.",
    "mask_gap": "Hiding the suspect region lowers accuracy by {value}. Hiding a box of the same "
    "size elsewhere lowers it by {control}.",
    "name_swap": "With another uploader's name put in, {value} of the predictions are "
    "that uploader's home cell. With an unseen name: {control}.",
    "name_swap_nats": "Compared with no name, another uploader's name changes the log-probability "
    "of that uploader's home cell by {value}. An unseen name changes it by {control}.",
    "row_only": "From the suspect region alone, {value} of the images are predicted in the true "
    "cell. With that region painted over: {control}.",
    "scene_only": "With the suspect region in grey, {value} of the images are predicted in the "
    "true cell. With a box of the same size elsewhere in grey: {control}.",
    "spoiled_pictures": "On images degraded everywhere but in the suspect region, {value} are "
    "predicted in the true cell. With the region hidden too: {control}.",
    "lookup": "The uploader alone gives the true cell for {value} of the images; with uploaders "
    "shuffled, for {control}. A network could read this. That is no proof that it does.",
    "agreement": "For images taken outside the uploader's home cell, {value} of predictions are "
    "that home cell. For images beside them by others: {control}.",
    "duplicates": "{value} of the held-out images have a near-duplicate in the training fold. "
    "Expected by chance: {control}. Identical files: {exact}; taken at exactly the place of a "
    "training image: {same_place}. {so}",
    "metadata": "The most telling metadata ({best}) gives the true cell for {value} of the images. "
    "Always predicting the most frequent cell: {control}. {so}",
}
_ABOVE = {
    None: "",
    True: f" The difference is above the threshold of {100 * THRESHOLD:.0f} points.",
    False: f" The difference is not above the threshold of {100 * THRESHOLD:.0f} points.",
}

Numbers = tuple[float, float, float]


def finding_words(
    test: str,
    value: Numbers,
    control: Numbers,
    unit: str,
    leaks: bool | None,
    details: Mapping[str, Any],
) -> str:
    """The sentences of a measured test: `value` and `control` are each with its 95 % interval."""
    told = SENTENCES[test].format(
        value=said(value, unit), control=said(control, unit), **_more(test, details)
    )
    return told + _ABOVE[leaks]


def relevance_words(share: float, area: float) -> str:
    """What the share of the relevance in a region means, beside the region's share of the area."""
    return (
        f"The suspect region holds {share:.1%} of the relevance on {area:.1%} of the area. This "
        "shows where the network looks. Whether it reads names, the other tests show."
    )


REMOVED = (
    "The mask removes the suspect region before the network sees an image, so its relevance is 0 "
    "by construction."
)


def held_out_words(trained_on: str, data: str, *, told: bool) -> str:
    """Whether the model may have learned from the images of the test fold, in a sentence or two.

    trained_on, data: fingerprints of the model's training data and of this data set, "" where
    nobody knows; told: whether the data set itself says which images are in which fold.
    """
    if trained_on == data:
        return "The model was trained on this data set without the images of the test fold."
    if trained_on:
        return (
            "The model was trained on other data: whether images of this test fold were among them "
            "is not known."
        )
    nobody = (
        "This model does not tell what it was trained on: if images of the test fold were among "
        "that, its accuracy here flatters it."
    )
    if told:
        return nobody
    return (
        f"{nobody} The folds were drawn by this audit; a column fold in the manifest (train, "
        "validation or test) says which images the model was kept from."
    )


def said(numbers: Sequence[float], unit: str) -> str:
    """An estimate and its interval in words."""
    if unit == "nats":
        value, low, high = (f"{number:+.2f}" for number in numbers)
        return f"{value} nats ({low} to {high})"
    value, low, high = (f"{100 * number:.1f}" for number in numbers)
    return f"{value} {'points' if unit == 'points' else '%'} ({low} to {high})"


def overlaps(details: Mapping[str, Any]) -> bool:
    """Whether the folds overlap, from the details of the test of duplicates."""
    known = details["byte for byte"] or details["same place"]
    return bool(details["excess"][1] > OVERLAP or known)


def telling(details: Mapping[str, Any]) -> list[str]:
    """The metadata that reveal the cell, from the details of the test of metadata."""
    beyond = {name: row["beyond the commonest cell"] for name, row in details["features"].items()}
    return [name for name, (_, low, _) in beyond.items() if low > TELLING]


def _more(test: str, details: Mapping[str, Any]) -> dict[str, Any]:
    """What some tests name beside value and control."""
    if test == "duplicates":
        so = "The folds overlap: scores are too high." if overlaps(details) else "No overlap found."
        return {
            "exact": details["byte for byte"],
            "same_place": details["same place"],
            "so": so,
        }
    if test == "metadata":
        features = details["features"]
        named = telling(details)
        return {
            "best": max(features, key=lambda name: float(features[name]["accuracy"][0])),
            "so": f"Revealing: {', '.join(named)}." if named else "None of it reveals the cell.",
        }
    return {}
