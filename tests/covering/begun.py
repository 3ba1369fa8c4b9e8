"""Importing this begins to measure, so that it can stand above the imports of what is measured."""

from tests.covering.probing import begin

begin()
