"""Addresses under `/settings/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from quittance.desk.settings import (
    audit,
    channels,
    company,
    first_steps,
    front,
    locations,
    message_log,
    notifications,
    people,
    person,
    role,
    staff,
    staff_card,
    texts,
)
from quittance.desk.sign_in import switching

urlpatterns: list[URLPattern] = [
    path("", front.front, name="settings"),
    path("finance/online-payments", front.to_online_payments, name="settings_online_payments"),
    path("first-steps", first_steps.page, name="first_steps"),
    path("first-steps/away", first_steps.put_away, name="put_first_steps_away"),
    path("company", company.company, name="company"),
    path("locations", locations.locations, name="locations"),
    path("locations/new", locations.new_location, name="new_location"),
    path("locations/<int:location_id>", locations.location, name="location"),
    path("locations/<int:location_id>/archive", locations.archive_location, name="archive_location"),
    path("locations/<int:location_id>/restore", locations.restore_location, name="restore_location"),
    path("people", people.people, name="people"),
    path("staff", staff.staff, name="staff"),
    path("staff/place", staff.place, name="place_staff"),
    path("staff/<int:staff_id>", staff_card.card, name="staff_card"),
    path("staff/<int:staff_id>/week", staff_card.week, name="staff_week"),
    path("staff/<int:staff_id>/days", staff_card.days, name="staff_days"),
    path("staff/<int:staff_id>/days/drop", staff_card.drop_day, name="drop_other_hours"),
    path("staff/<int:staff_id>/archive", staff_card.leave, name="archive_staff"),
    path("staff/<int:staff_id>/restore", staff_card.come_back, name="restore_staff"),
    path("people/invite", people.invite, name="invite_person"),
    path("people/invitations/<int:invitation_id>/again", people.invite_again, name="invite_again"),
    path("people/invitations/<int:invitation_id>/revoke", people.revoke_invitation, name="revoke_invitation"),
    path("people/computers/share", switching.mark, name="share_computer"),
    path("people/computers/<int:computer_id>/end", switching.end, name="end_computer"),
    path("people/roles/new", role.new_role, name="new_role"),
    path("people/roles/<int:role_id>", role.role, name="role"),
    path("people/<int:user_id>", person.person, name="person"),
    path("people/<int:user_id>/roles", person.give_role, name="give_role"),
    path("people/<int:user_id>/roles/<int:assignment_id>/take", person.take_role, name="take_role"),
    path("people/<int:user_id>/two-factor/reset", person.reset_second_factor, name="reset_second_factor"),
    path("people/<int:user_id>/off", person.deactivate, name="deactivate_person"),
    path("people/<int:user_id>/on", person.reactivate, name="reactivate_person"),
    path("people/<int:user_id>/end-sign-ins", person.end_sign_ins, name="end_sign_ins"),
    path("audit", audit.trail, name="audit_trail"),
    path("audit.csv", audit.trail_csv, name="audit_trail_csv"),
    path("notifications", notifications.notifications, name="notifications"),
    path("notifications/log", message_log.log, name="message_log"),
    path("notifications/log/<int:message_id>/again", message_log.resend, name="resend_message"),
    path("notifications/texts", texts.overview, name="message_texts"),
    path("notifications/texts/<slug:kind>/<slug:channel>/<slug:language>", texts.text, name="message_text"),
    path(
        "notifications/texts/<slug:kind>/<slug:channel>/<slug:language>/preview",
        texts.preview,
        name="preview_message_text",
    ),
    path(
        "notifications/texts/<slug:kind>/<slug:channel>/<slug:language>/reset", texts.reset, name="reset_message_text"
    ),
    path("notifications/channels", channels.overview, name="channels"),
    path("notifications/channels/<slug:system>/connect", channels.connect, name="connect_channel"),
    path("notifications/channels/<slug:channel>/switch", channels.switch, name="switch_channel"),
    path("notifications/channels/<slug:channel>/test", channels.test, name="test_channel"),
    path("notifications/channels/<slug:channel>/disconnect", channels.disconnect, name="disconnect_channel"),
]
