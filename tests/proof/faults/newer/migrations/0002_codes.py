"""The product's own migration of codes, under the name by which the newer version finds it."""

from importlib import import_module

Migration = import_module("madoguchi.work.notices.migrations.0002_codes").Migration
