"""The year's law of the product, under the name by which the newer version finds it."""

from importlib import import_module

Migration = import_module("madoguchi.work.notices.migrations.0004_year_law").Migration
