from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.http import HttpRequest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from quittance.core.money import Money
from quittance.ui import icons
from quittance.ui.shell import ChannelChip, Shell, TimelineEntry
from quittance.ui.statuses import KINDS, look_of

PACKAGE = Path(__file__).parents[2]
AT = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
BERLIN = SimpleNamespace(time_zone="Europe/Berlin")

VISIT_WORDS = "unpaid, link sent, being paid, processing, part paid, paid, overpaid, refunded, disputed"
LINK_WORDS = "created, sent, accessed, being paid, processing, part paid, paid, expired, cancelled, replaced"


def draw(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_every_status_word_of_a_visit_and_a_link_has_one_look():
    for word in VISIT_WORDS.split(", "):
        assert str(look_of(word, kind="visit").label) == word
    for word in LINK_WORDS.split(", "):
        assert str(look_of(word, kind="link").label) == word


def test_a_word_that_both_know_looks_the_same_for_both():
    for word in set(KINDS["visit"]) & set(KINDS["link"]):
        assert look_of(word, kind="visit") == look_of(word, kind="link")


def test_an_unknown_status_word_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        look_of("settled")


def test_a_badge_says_the_state_in_a_word_with_colour_and_icon():
    badge = draw("{% status_badge 'part_paid' %}")

    assert "part paid" in badge
    assert 'data-tone="waiting"' in badge
    assert "#coins" in badge


def test_money_is_written_as_the_language_writes_it():
    with translation.override("de"):
        assert draw("{{ amount|money }}", amount=Money(123450, "EUR")) == "1.234,50\u00a0€"
    with translation.override("en"):
        assert draw("{{ amount|money }}", amount=Money(500, "JPY")) == "JP¥500"


def test_no_amount_draws_nothing():
    assert draw("{{ amount|money }}{{ at|clock:'UTC' }}{{ at|daytime:'UTC' }}{{ at|day }}", amount=None, at=None) == ""


def test_instants_are_shown_at_the_wall_clock_of_the_location():
    with translation.override("en"):
        assert draw("{{ at|clock:place }}", at=AT, place=BERLIN) == "14:00"
        assert draw("{{ at|daytime:place }}", at=AT, place="America/New_York") == "Thu 26 Nov, 08:00"


def test_the_day_of_an_instant_is_the_day_at_the_location():
    late = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)

    with translation.override("en"):
        assert draw("{{ at|day:place }}", at=late, place=BERLIN) == "Fri 27 Nov"
        assert draw("{{ on|long_date }}", on=date(2026, 11, 26)) == "26 Nov 2026"


def test_an_icon_is_hidden_from_screen_readers():
    assert 'aria-hidden="true"' in draw("{% icon 'check' %}")
    assert "<path" in draw("{% icon 'check' inline=True %}")


def test_an_icon_that_points_to_a_side_is_marked_to_be_mirrored():
    assert 'class="icon icon-sided"' in draw("{% icon 'undo-2' inline=True %}")
    assert "icon-sided" not in draw("{% icon 'check' inline=True %}")


def test_a_name_that_runs_against_the_page_stands_alone():
    with translation.override("ar"):
        assert draw("{{ name|isolated }}", name="<Ana>") == "<bdi>&lt;Ana&gt;</bdi>"
        assert draw("{{ name|walled }}", name="Ana") == "\u2068Ana\u2069"
        assert draw("{% page_direction %}") == "rtl"
    assert draw("{{ name|isolated }}", name="<Ana>") == "&lt;Ana&gt;"


def test_an_icon_that_is_not_in_the_sprite_is_refused():
    with pytest.raises(icons.UnknownIconError):
        draw("{% icon 'unicorn' %}")


def test_every_icon_that_a_template_or_a_table_names_is_in_the_sprite():
    used = {look.icon for looks in KINDS.values() for look in looks.values()}
    for template in PACKAGE.rglob("templates/**/*.html"):
        used |= set(re.findall(r"""{%\s*icon ["']([a-z0-9-]+)["']""", template.read_text(encoding="utf-8")))

    assert used <= icons.names()


def test_the_qr_code_is_an_image_with_a_name_and_no_inline_style():
    drawn = draw("{% qr text label='QR code of the link' %}", text="https://pay.example.org/p/abc")

    assert 'role="img"' in drawn
    assert 'aria-label="QR code of the link"' in drawn
    assert "style=" not in drawn
    assert len(drawn) < 4000


def test_a_hostile_label_of_a_qr_code_stays_text():
    assert "<img" not in draw("{% qr 'x' label=label %}", label='"><img onerror=alert(1)>')


class SampleForm(forms.Form):
    amount = forms.CharField(label="Amount", help_text="For example 12.50.")
    note = forms.CharField(label="Note", required=False)
    agreed = forms.BooleanField(label="Agreed", required=False)


def test_a_field_ties_its_hint_and_its_error_to_the_control():
    form = SampleForm({"amount": ""})
    drawn = draw("{% field form.amount %}", form=form)

    assert 'aria-describedby="id_amount-error id_amount-hint"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'id="id_amount-error"' in drawn
    assert 'for="id_amount"' in drawn


def test_a_field_that_may_stay_empty_says_so():
    assert "(optional)" in draw("{% field form.note %}", form=SampleForm())
    assert "(optional)" not in draw("{% field form.amount %}", form=SampleForm())


def test_what_was_typed_stays_in_the_field_and_is_inert():
    drawn = draw("{% field form.note %}", form=SampleForm({"note": '"><script>'}))

    assert "<script>" not in drawn
    assert "&quot;&gt;&lt;script&gt;" in drawn


def test_the_error_summary_links_each_fault_to_its_field():
    form = SampleForm({"amount": ""})
    form.add_error(None, "Somebody changed this visit.")
    drawn = draw("{% error_summary form %}", form=form)

    assert 'href="#id_amount"' in drawn
    assert "Somebody changed this visit." in drawn
    assert draw("{% error_summary form %}", form=SampleForm()).strip() == ""


def test_a_channel_that_cannot_be_used_says_why_and_has_no_box_to_tick():
    off = ChannelChip("whatsapp", "WhatsApp", why_not="not connected")
    on = ChannelChip("sms", "SMS", "+49 151 1", checked=True)
    text = "{% include 'ui/components/chip.html' %}"

    assert "checkbox" not in draw(text, chip=off)
    assert "not connected" in draw(text, chip=off)
    assert 'value="sms"' in draw(text, chip=on)


def test_the_timeline_shows_what_happened_at_the_locations_clock():
    entry = TimelineEntry(AT, "Sent by SMS", "send", "waiting", "Delivered")
    with translation.override("en"):
        drawn = draw(
            "{% include 'ui/components/timeline.html' with entries=entries place=place %}",
            entries=[entry],
            place=BERLIN,
        )

    assert "Thu 26 Nov, 14:00" in drawn
    assert 'datetime="2026-11-26T13:00:00+00:00"' in drawn
    assert "Delivered" in drawn


@pytest.mark.parametrize(("cookie", "chosen"), [("dark", "dark"), ("light", "light"), ('x"onload', ""), ("", "")])
def test_the_chosen_theme_is_one_of_two_or_the_systems(cookie, chosen):
    request = HttpRequest()
    request.COOKIES["theme"] = cookie

    assert draw("{% chosen_theme %}", request=request) == chosen


def test_pages_of_right_to_left_languages_run_from_the_right():
    with translation.override("ar"):
        assert draw("{% page_direction %}") == "rtl"
    with translation.override("de"):
        assert draw("{% page_direction %}") == "ltr"


def test_initials_are_of_the_first_and_the_last_name():
    assert Shell("Salon", "Berlin", [], user_name="Ana Maria Fischer").initials == "AF"
    assert Shell("Salon", "Berlin", [], user_name="Ben").initials == "B"
    assert Shell("Salon", "Berlin", []).initials == ""


def test_templates_carry_no_inline_script_or_style():
    for template in PACKAGE.rglob("templates/**/*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(
            r"<script(?![^>]*\bsrc=)|\sstyle=|\son(?:click|change|submit|load|error|input|focus|blur|key\w+)=", text
        ), template.name


def test_a_tag_that_is_misspelt_is_a_template_error():
    with pytest.raises(TemplateSyntaxError):
        draw("{% status_bagde 'paid' %}")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Please ask Ana's Salon Inc..", "Please ask Ana's Salon Inc."),
        ("<p>ask <bdi>Studio B.</bdi>.</p>", "<p>ask <bdi>Studio B.</bdi></p>"),
        ("يبقى 12.00 د.إ.\u200f. شكرًا", "يبقى 12.00 د.إ.\u200f شكرًا"),
        ("Wait... or not..", "Wait... or not."),
        ('<input value="a.. b"/> file..name v1..2', '<input value="a.. b"/> file..name v1..2'),
        ("One. Two.", "One. Two."),
        ("<em>One.</em><p>.</p>", "<em>One.</em><p>.</p>"),
    ],
)
def test_a_sentence_ends_in_one_full_stop_whatever_its_last_word_brings_along(said: str, shown: str):
    assert draw("{% filter one_full_stop %}{{ said|safe }}{% endfilter %}", said=said) == shown


def test_what_somebody_typed_stays_escaped_where_full_stops_are_counted():
    drawn = draw("{% filter one_full_stop %}<b>{{ said }}.</b>{% endfilter %}", said="<img src=x>.")

    assert drawn == "<b>&lt;img src=x&gt;.</b>"
