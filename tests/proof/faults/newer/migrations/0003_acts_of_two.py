"""The acts of two of the product, under the name by which the newer version finds it."""

from importlib import import_module

Migration = import_module("madoguchi.work.notices.migrations.0003_acts_of_two").Migration
