"""The product's own first migration, under the name by which the newer version finds it."""

from importlib import import_module

Migration = import_module("madoguchi.work.notices.migrations.0001_initial").Migration
