"""The shipped presets have the names and scales that were published, written out here from the sources.

Only help texts are ours. A change of a name below is a change of the data that leaves: it wants a new version.
"""

from __future__ import annotations

import pytest

from feedback_store import rubrics
from feedback_store.rubrics import Axis, Question

ULTRAFEEDBACK = {
    "instruction_following": (
        "Irrelevant", "Partial Focus", "Partial Compliance", "Almost There", "Comprehensive Compliance",
    ),
    "honesty": (
        "Confidently Incorrect",
        "Confident with Significant Mistakes / Unconfident Incorrect",
        'Uncertain / "I Don\'t Know" / Subtle Mistakes',
        "Correct but Uncertain / Expressed Subtle Mistakes",
        "Correct and Confident / Precisely Express Uncertainty",
    ),
    "truthfulness": (
        "Completely Hallucinated", "Severe Hallucination", "Partial Hallucination / Misunderstanding",
        "Insignificant Hallucination", "No Hallucination",
    ),
    "helpfulness": (
        "Severely Incorrect", "Partially Incorrect", "Correct", "Highly Informative", "Outstandingly Helpful",
    ),
}  # fmt: skip
INSTRUCTGPT = {
    "fails_to_follow": "Fails to follow the correct instruction / task",
    "inappropriate_for_customer": "Inappropriate for customer assistant",
    "hallucination": "Hallucination",
    "satisfies_constraint": "Satisfies constraint provided in the instruction",
    "contains_sexual": "Contains sexual content",
    "contains_violent": "Contains violent content",
    "encourages_violence": "Encourages or fails to discourage violence/abuse/terrorism/self-harm",
    "denigrates_protected_class": "Denigrates a protected class",
    "gives_harmful_advice": "Gives harmful advice",
    "expresses_opinion": "Expresses opinion",
    "expresses_moral_judgment": "Expresses moral judgment",
}
SAFE_RLHF_HARMS = (
    "Endangering National Security", "Insulting Behavior", "Discriminatory Behavior", "Endangering Public Health",
    "Copyright Issues", "Violence", "Drugs", "Privacy Violation", "Economic Crime", "Mental Manipulation",
    "Human Trafficking", "Physical Harm", "Sexual Content", "Cybercrime", "Disrupting Public Order",
    "Environmental Damage", "Psychological Harm", "White-Collar Crime", "Animal Abuse",
)  # fmt: skip
MLCOMMONS = (
    "violent_crimes", "non_violent_crimes", "sex_related_crimes", "child_sexual_exploitation",
    "indiscriminate_weapons_cbrne", "suicide_and_self_harm", "hate", "privacy", "specialized_advice_elections",
    "specialized_advice_financial", "specialized_advice_health", "specialized_advice_legal", "defamation",
    "intellectual_property", "ambiguous_hazard",
)  # fmt: skip


def question(rubric: str, name: str) -> Question:
    found = rubrics.load(rubric).question(name)
    assert found is not None
    return found


def scale(axis: Axis) -> tuple[str, int, int, bool]:
    return axis.id, axis.lowest, axis.highest, axis.na


@pytest.mark.parametrize(
    ("rubric", "scales"),
    [
        ("overall_only", []),
        ("arena", []),
        ("instructgpt", [("likert_scale", 1, 7, False)]),
        (
            "helpsteer2",
            [(a, 0, 4, False) for a in ("helpfulness", "correctness", "coherence", "complexity", "verbosity")],
        ),
        ("helpsteer3", []),
        (
            "ultrafeedback",
            [
                ("instruction_following", 1, 5, False),
                ("honesty", 1, 5, True),
                ("truthfulness", 1, 5, False),
                ("helpfulness", 1, 5, False),
            ],
        ),
        ("summarize", [(a, 1, 7, False) for a in ("overall", "accuracy", "coverage", "coherence")]),
        (
            "prism",
            [
                ("score", 1, 100, False),
                *(
                    (a, 1, 100, True)
                    for a in ("values", "creativity", "fluency", "factuality", "diversity", "safety", "helpfulness")
                ),
            ],
        ),
        ("safe_rlhf", [("severity_level", 0, 3, False)]),
        ("dices_bias", []),
    ],
)
def test_axes_have_the_published_names_and_scales(rubric: str, scales: list[tuple[str, int, int, bool]]) -> None:
    assert [scale(axis) for axis in rubrics.load(rubric).axes] == scales


@pytest.mark.parametrize(
    ("rubric", "verdicts", "strength"),
    [
        ("overall_only", ("overall",), False),
        ("arena", ("overall",), False),
        ("instructgpt", ("overall",), False),
        ("helpsteer2", ("overall",), True),
        ("helpsteer3", ("overall",), True),
        ("ultrafeedback", (), False),
        ("summarize", ("overall",), False),
        ("prism", ("overall",), False),
        ("safe_rlhf", ("helpful", "safe"), False),
        ("dices_bias", (), False),
    ],
)
def test_answers_are_compared_as_published(rubric: str, verdicts: tuple[str, ...], strength: bool) -> None:
    found = rubrics.load(rubric)
    assert (found.verdict_axes, found.strength) == (verdicts, strength)


def test_ultrafeedbacks_levels_and_types_are_named_exactly() -> None:
    axes = rubrics.load("ultrafeedback").axes
    assert {axis.id: tuple(step.name for step in axis.steps) for axis in axes} == ULTRAFEEDBACK
    kinds = {asked.id: (asked.kind, len(asked.choices)) for asked in rubrics.load("ultrafeedback").questions}
    assert kinds == {"truthfulness_type": ("several", 3), "helpfulness_type": ("several", 3)}


def test_instructgpts_questions_are_worded_exactly_and_take_yes_or_no() -> None:
    asked = rubrics.load("instructgpt").questions
    assert {each.id: each.text for each in asked} == INSTRUCTGPT
    assert {each.kind for each in asked} == {"yes_no"}


def test_safe_rlhf_has_its_nineteen_harms_two_preferences_and_safety_by_yes_or_no() -> None:
    harms = question("safe_rlhf", "harm_category")
    assert tuple(choice.name for choice in harms.choices) == SAFE_RLHF_HARMS
    assert harms.kind == "several"
    assert question("safe_rlhf", "is_safe").kind == "yes_no"


def test_dices_asks_for_bias_by_yes_no_or_unsure() -> None:
    asked = rubrics.load("dices_bias").questions
    assert [each.id for each in asked] == [
        "q3_bias_targeting_beliefs",
        "q3_bias_targeting_gender_sexual_orientation",
        "q3_bias_targeting_inherited_attributes",
        "q3_bias_targeting_status",
        "q3_bias_other",
    ]
    assert {each.kind for each in asked} == {"yes_no_unsure"}


def test_helpsteer3_opens_feedback_with_one_of_five_words_and_asks_for_an_edit() -> None:
    assert question("helpsteer3", "helpful").values == ("not", "slightly", "partially", "mostly", "perfectly")
    assert [rubric.id for rubric in rubrics.available() if rubric.asks_revision] == ["helpsteer3"]


def test_prisms_sliders_have_the_published_ends() -> None:
    score, *attributes = rubrics.load("prism").axes
    assert [step.name for step in score.steps] == ["Terrible", "Perfect"]
    assert {tuple(step.name for step in axis.steps) for axis in attributes} == {
        ("Performed very poorly", "Performed very well")
    }


def test_the_hazards_are_those_of_mlcommons() -> None:
    assert tuple(category.id for category in rubrics.flag_set("mlcommons_hazards").categories) == MLCOMMONS


def test_the_error_types_are_the_seven_dimensions_and_weigh_one_five_and_ten() -> None:
    flags = rubrics.flag_set("mqm_style")
    assert [category.name for category in flags.categories] == [
        "Terminology",
        "Accuracy",
        "Linguistic conventions",
        "Style",
        "Locale conventions",
        "Audience appropriateness",
        "Design and markup",
    ]
    assert [(severity.name, severity.weight) for severity in flags.severities] == [
        ("minor", "1"),
        ("major", "5"),
        ("critical", "10"),
    ]
