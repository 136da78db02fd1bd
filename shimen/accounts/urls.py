"""Addresses under /people/."""

from __future__ import annotations

from django.urls import path

from shimen.accounts import entrance, views

app_name = "accounts"
urlpatterns = [
    path("", views.people_list, name="people"),
    path("me/", views.me, name="me"),
    path("invite/", views.invite, name="invite"),
    path("invitations/<uuid:pk>/approve/", views.approve_invitation, name="approve_invitation"),
    path("invitations/<uuid:pk>/revoke/", views.revoke_invitation, name="revoke_invitation"),
    path("join/<str:token>/", entrance.invitation, name="invitation"),
    path("new-password/<str:token>/", entrance.new_password, name="new_password"),
    path("<uuid:pk>/", views.person, name="person"),
    path("<uuid:pk>/grant/", views.grant_role, name="grant_role"),
    path("<uuid:pk>/grants/<uuid:grant>/end/", views.end_grant, name="end_grant"),
    path("<uuid:pk>/suspend/", views.suspend, name="suspend"),
    path("<uuid:pk>/restore/", views.restore, name="restore"),
    path("<uuid:pk>/second-factor/clear/", views.clear_second_factor, name="clear_second_factor"),
    path("<uuid:pk>/password-link/", views.password_link, name="password_link"),
]
