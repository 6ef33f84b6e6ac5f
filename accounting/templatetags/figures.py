"""How print writes a figure: groups of three, a true minus. Independent of the process's locale."""

from django import template

from accounting.domain.exact import compounds_text, grouped_text

register = template.Library()
register.filter("grouped", grouped_text)
register.filter("compounds", compounds_text)
