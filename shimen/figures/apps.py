from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "shimen.figures"
    verbose_name = "数字与口径"
