"""The taxonomy of skills: what ships with the product (taxonomy.tsv), and how a skill is found by what people write."""

from shared.skills.taxonomy import Kind, Skill, Taxonomy, shipped

__all__ = ["Kind", "Skill", "Taxonomy", "shipped"]
