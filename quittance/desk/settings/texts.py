"""Settings › Notifications › Texts: what messages say, in the business's own words where it wants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from quittance.calendar.queries_preview import visits_to_try
from quittance.core.actor import Right
from quittance.core.ids import new_key
from quittance.desk.access import Desk, desk_view
from quittance.desk.answers import wants_part
from quittance.desk.done import done_url, done_words
from quittance.desk.settings.front import settings_context
from quittance.desk.settings.text_form import TextForm, typed_version
from quittance.desk.settings.text_preview import Preview, preview_of
from quittance.flows import save_template
from quittance.flows.errors import FieldError
from quittance.flows.save_template import TemplateChangedError
from quittance.messages.models import MessageTemplate
from quittance.messages.queries_templates import as_text, own_texts, stored_template
from quittance.messages.texts import OwnText
from quittance.messages.texts.kinds import KINDS, TextKind, kinds_of, title_of
from quittance.messages.texts.standard import standard_text
from quittance.messages.types import CHANNEL_LABELS, TYPES
from quittance.ui.client_languages import CLIENT_LANGUAGES


@dataclass(frozen=True, slots=True)
class TextLink:
    """One text in one channel and language; `is_own` where the business wrote it."""

    language: str
    url: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class ChannelTexts:
    label: str
    links: tuple[TextLink, ...]


@dataclass(frozen=True, slots=True)
class Which:
    """The text that a page is about."""

    kind: TextKind
    channel: str
    language: str

    @property
    def args(self) -> dict[str, str]:
        return {"kind": self.kind.key, "channel": self.channel, "language": self.language}

    def url(self, name: str = "message_text") -> str:
        return reverse(f"desk:{name}", kwargs=self.args)


@require_GET
@desk_view(Right.EDIT_SETTINGS)
def overview(request: HttpRequest, desk: Desk) -> HttpResponse:
    own = own_texts(business_id=desk.business.pk)
    language = _wanted_language(request, desk)
    rows = [
        (
            type_,
            _(TYPES[type_].label),
            [(kind.when and _(kind.when), _channels(kind, own, (language,))) for kind in kinds_of(type_)],
        )
        for type_ in TYPES
        if kinds_of(type_)
    ]
    written = {text_language for _, _, text_language in own}
    context = {
        **settings_context(request, desk),
        "rows": rows,
        "language": language,
        "languages": [(code, name, code in written) for code, name in CLIENT_LANGUAGES.items()],
        "notice": done_words(request),
    }
    return render(request, "desk/settings/texts.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Right.EDIT_SETTINGS)
def text(request: HttpRequest, desk: Desk, kind: str, channel: str, language: str) -> HttpResponse:
    which = _which(kind, channel, language)
    row = _stored(desk, which)
    if request.method != "POST":
        return _page(request, desk, which, TextForm(which=which.kind, channel=channel, text=_shown(which, row)), row)
    form = TextForm(request.POST, which=which.kind, channel=channel)
    if form.is_valid() and _save(desk, which, form):
        return HttpResponseRedirect(done_url("text_saved", which.url()))
    return _page(request, desk, which, form, row, status=422)


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def preview(request: HttpRequest, desk: Desk, kind: str, channel: str, language: str) -> HttpResponse:
    """What was typed as a client would see it. Saves nothing."""
    which = _which(kind, channel, language)
    form = TextForm(request.POST, which=which.kind, channel=channel)
    form.is_valid()
    if not wants_part(request):
        return _page(request, desk, which, form, _stored(desk, which))
    shown = _preview(request, desk, which, form)
    return render(request, "desk/settings/text_preview.html", {"preview": shown, "desk": desk})


@require_POST
@desk_view(Right.EDIT_SETTINGS)
def reset(request: HttpRequest, desk: Desk, kind: str, channel: str, language: str) -> HttpResponse:
    which = _which(kind, channel, language)
    try:
        save_template.reset(
            actor=desk.actor,
            **which.args,
            expected_version=typed_version(request.POST.get("version", "")),
            now=desk.now,
        )
    except TemplateChangedError as error:
        row = _stored(desk, which)
        form = TextForm(which=which.kind, channel=channel, text=_shown(which, row))
        return _page(request, desk, which, form, row, status=409, problem=str(error))
    return HttpResponseRedirect(done_url("text_reset", which.url()))


def _wanted_language(request: HttpRequest, desk: Desk) -> str:
    """The one picked on the page, else the one that the location writes in."""
    wanted = (request.GET.get("language", ""), desk.location.language.replace("_", "-").split("-")[0])
    return next((code for code in wanted if code in CLIENT_LANGUAGES), "en")


def _which(kind: str, channel: str, language: str) -> Which:
    known = KINDS.get(kind)
    if known is None or language not in CLIENT_LANGUAGES or channel not in TYPES[known.type].channels:
        raise Http404
    return Which(known, channel, language)


def _stored(desk: Desk, which: Which) -> MessageTemplate | None:
    return stored_template(business_id=desk.business.pk, **which.args)


def _shown(which: Which, row: MessageTemplate | None) -> OwnText:
    """The business's words, else the standard ones."""
    return as_text(row) if row is not None and row.body else standard_text(which.kind, which.channel, which.language)


def _save(desk: Desk, which: Which, form: TextForm) -> bool:
    """False when something has to be mended; the form then says what."""
    try:
        save_template.save(
            actor=desk.actor,
            **which.args,
            text=form.text(),
            expected_version=form.version(),
            now=desk.now,
        )
    except FieldError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    except TemplateChangedError as error:
        form.add_error(None, str(error))
        form.theirs = True
    else:
        return True
    return False


def _page(
    request: HttpRequest,
    desk: Desk,
    which: Which,
    form: TextForm,
    row: MessageTemplate | None,
    *,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    theirs: OwnText | None = None
    if form.theirs:
        theirs = (
            as_text(row) if row is not None and row.body else standard_text(which.kind, which.channel, which.language)
        )
    context = {
        **settings_context(request, desk),
        "which": which,
        "title": _(title_of(which.kind)),
        "channel_label": _(CHANNEL_LABELS[which.channel]),
        "language_name": CLIENT_LANGUAGES.get(which.language, which.language),
        "others": _channels(which.kind, own_texts(business_id=desk.business.pk)),
        "form": form,
        "theirs": theirs,
        "problem": problem,
        "version": row.version if row is not None else 0,
        "is_own": row is not None and bool(row.body),
        "placeholders": [f"{{{name}}}" for name in which.kind.placeholders],
        "visits": visits_to_try(business_id=desk.business.pk, location_id=desk.location.pk),
        "preview": _preview(request, desk, which, form),
        "notice": done_words(request),
        "request_id": new_key(),
    }
    return render(request, "desk/settings/text.html", context, status=status)


def _preview(request: HttpRequest, desk: Desk, which: Which, form: TextForm) -> Preview:
    visit = request.POST.get("visit", "")
    if visit and not (visit.isascii() and visit.isdigit() and len(visit) < 18):
        raise Http404
    visit_id = int(visit or 0)
    return preview_of(
        desk, kind=which.kind, channel=which.channel, language=which.language, text=form.text(), visit_id=visit_id
    )


def _channels(
    kind: TextKind, own: set[tuple[str, str, str]], languages: Iterable[str] = CLIENT_LANGUAGES
) -> list[ChannelTexts]:
    return [
        ChannelTexts(
            _(CHANNEL_LABELS[channel]),
            tuple(
                TextLink(
                    CLIENT_LANGUAGES.get(language, language),
                    Which(kind, channel, language).url(),
                    (kind.key, channel, language) in own,
                )
                for language in languages
            ),
        )
        for channel in TYPES[kind.type].channels
    ]
