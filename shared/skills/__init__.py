"""The taxonomy of skills: what ships with the product (taxonomy.tsv), and how a skill is found by what people write."""

from shared.skills.naming import by_code, name_of
from shared.skills.taxonomy import Kind, Skill, Taxonomy, shipped

__all__ = ["Kind", "Skill", "Taxonomy", "by_code", "name_of", "shipped"]
