"""Training and serving with TRL, PEFT and transformers: each file runs in a process of its own.

`python -m commonwheel.recipes.dpo recipe.toml --data pairs.jsonl --out adapter` trains with a recipe from a
release's `trl-dpo` export; `commonwheel train` runs the same files with pairs that it chose by their terms.
"""
