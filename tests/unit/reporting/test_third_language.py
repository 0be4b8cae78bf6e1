"""A third language is one file: in a copy of the package that has it, its pages are written, named and found."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
WRITE = """
import sys
from dataclasses import replace
from pathlib import Path

import evaluation
from evaluation.reporting.site.entry import page_links
from evaluation.reporting.site.write import write_site
from tests.browser.made_site import facts, made_entries, made_portfolio, write_made_report

root, out = Path(sys.argv[1]), Path(sys.argv[2])
assert Path(evaluation.__file__).is_relative_to(root), "the copy, not the original"
entry = made_entries()[0]
study = replace(entry.study, report=replace(entry.study.report, audience="funder", languages=("en", "fr")))
write_made_report(study, out / study.name)
entry = replace(entry, study=study, links=page_links(study.name, out / study.name))
write_site([entry], made_portfolio([entry]), facts(Path(sys.argv[3])), out)
"""


def test_a_third_language_is_one_file_and_its_link_stands_on_the_first_page(tmp_path):
    copy, out = tmp_path / "copy", tmp_path / "reports"
    shutil.copytree(ROOT / "evaluation", copy / "evaluation", ignore=shutil.ignore_patterns("__pycache__"))
    languages = copy / "evaluation" / "reporting" / "languages"
    spanish = (languages / "es.ftl").read_text(encoding="utf-8")
    assert "two-pages = Dos p\u00e1ginas para financiadores" in spanish
    french = spanish.replace("Dos p\u00e1ginas para financiadores", "Deux pages pour les financeurs")
    (languages / "fr.ftl").write_text(french, encoding="utf-8")
    told = os.environ | {"PYTHONPATH": f"{copy}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", WRITE, str(copy), str(out), str(ROOT)], env=told, cwd=tmp_path, check=True)
    index = (out / "index.html").read_text(encoding="utf-8")
    assert '<a href="made_up/funder.fr.html" lang="fr" hreflang="fr">Deux pages pour les financeurs</a>' in index
    assert '<html lang="fr">' in (out / "made_up" / "funder.fr.html").read_text(encoding="utf-8")
    assert "funder.es.html" not in index, "only what has been written"
