"""The command line. Errors become exit codes; nothing heavy is imported before it is needed."""

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evaluation.pipeline.help_words import HELP
from evaluation.terms.errors import EvaluationError

if TYPE_CHECKING:
    from evaluation.pipeline.run import Watcher
    from evaluation.pipeline.stages import Session

app = typer.Typer(
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # the pretty help takes half a second of imports
    context_settings={"help_option_names": ["-h", "--help"]},
)

StudyName = Annotated[str, typer.Argument(metavar="STUDY", help="A name from `evaluation list`.")]
Overrides = Annotated[
    list[str] | None,
    typer.Argument(metavar="OVERRIDES", help="key=value, as in model.effect.prior=sceptical or sampler=quick."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, for logs.")]
WorkersName = Annotated[str, typer.Option(
    "--workers", metavar="NAME", envvar="EVALUATION_WORKERS",
    help="Where many fits run: a file of conf/workers (threads, processes, slurm, kubernetes, scheduler).",
)]  # fmt: skip
Root = Annotated[Path | None, typer.Option("--root", help="The project's folder; else this one or the nearest above.")]


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"evaluation {version('demand-side-evaluation')}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)]


@app.callback()
def _common(version: Version = False) -> None:
    pass


@app.command()
def run(
    study: StudyName, overrides: Overrides = None, quiet: Quiet = False, workers: WorkersName = "", root: Root = None
) -> None:
    """Carry out all nine stages; go on where an earlier run stopped.

    With overrides, everything goes to a place of its own, data/studies/STUDY@HASH, and the study itself is left alone.
    """
    from evaluation.pipeline.run import run_study
    from evaluation.pipeline.site import first_page_of, write_site

    session = _session(quiet, workers, _root(root))
    place = run_study(study, overrides or (), _root(root), watcher=_watcher(quiet), session=session)
    typer.echo(f"{place.name}: the report is {first_page_of(place)}")
    write_site(place.root)


@app.command()
def sweep(
    studies: Annotated[
        str, typer.Argument(metavar="STUDY[,STUDY...]", help="One study or several, with commas between.")
    ],
    overrides: Annotated[
        list[str] | None,
        typer.Argument(metavar="OVERRIDES", help="key=one,two,..., as in model.effect.prior=wide,sceptical."),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Runs at once; each uses all cores for its chains.")] = 1,
    until: Annotated[str, typer.Option(metavar="STAGE", help="The last stage, as in shape: no fit.")] = "report",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be run, and where it would go.")] = False,
    root: Root = None,
) -> None:
    """Run every combination of studies and settings; go on where an earlier sweep stopped.

    \b
    evaluation sweep buyer_laws model.effect.prior=wide,sceptical,claimed sampler=quick
    evaluation sweep buyer_laws,castle_doctrine seed=1,2 --jobs 2
    """  # noqa: D301 - click reads the sign \b itself, and leaves the lines below it as they are
    from evaluation.pipeline.screen import print_outcomes
    from evaluation.pipeline.site import write_site
    from evaluation.pipeline.sweep import combinations, refuse_unknown_stage
    from evaluation.pipeline.sweep import sweep as carry_out

    here = _root(root)
    refuse_unknown_stage(until)
    if dry_run:
        for place, one in combinations(studies, overrides or (), here).items():
            typer.echo(f"{place}: {one}")
        return
    outcomes = carry_out(studies, overrides or (), here, jobs=jobs, until=until)
    write_site(here)
    print_outcomes(here, outcomes)
    if failed := [outcome.exit_code for outcome in outcomes if outcome.exit_code]:
        raise typer.Exit(failed[0])


@app.command()
def plan(study: StudyName, overrides: Overrides = None, quiet: Quiet = False, root: Root = None) -> None:
    """Put the study together, check every name, write study.yaml."""
    from evaluation.pipeline.run import plan_place, run_stage
    from evaluation.pipeline.stages import stage_named

    place, resolved = plan_place(study, overrides or (), _root(root))
    run_stage(place, stage_named("plan"), resolved, watcher=_watcher(quiet))
    typer.echo(f"{place.name}: {place.path('study.yaml')}")


def _verb(name: str, says: str) -> None:
    """One command that carries out one stage of a planned study."""

    def carry_out(study: StudyName, quiet: Quiet = False, workers: WorkersName = "", root: Root = None) -> None:
        from evaluation.pipeline.run import run_named
        from evaluation.pipeline.stages import stage_named

        session = _session(quiet, workers, _root(root))
        place = run_named(study, name, _root(root), watcher=_watcher(quiet), session=session)
        for artefact in stage_named(name).writes:
            typer.echo(f"{place.name}: {place.path(artefact)}")

    app.command(name, help=says)(carry_out)


_verb("gather", "Collect the observations from data/raw.")
_verb("shape", "Lay them out by indicator, unit and period.")
_verb("rehearse", "Ask what this design could find, outcomes unseen.")
_verb("fit", "Draw from the posterior, and refit under other readings.")
_verb("check", "Probe the assumptions.")
_verb("estimate", "Turn the switch: what the interventions changed.")
_verb("claim", "Say what may be said, and how strongly.")
_verb("report", "Write the report.")


@app.command()
def advise(study: StudyName, overrides: Overrides = None, quiet: Quiet = False, root: Root = None) -> None:
    """Say which models apply to a study's panel, which do not and why, and which to take.

    Looks at who was under what when, and at which figures are reported; at no count. Shapes the panel if need be.

    \b
    evaluation advise buyer_laws
    evaluation advise buyer_laws 'panel.span=["2010","2021"]'
    """  # noqa: D301 - click reads the sign \b itself, and leaves the lines below it as they are
    from evaluation.pipeline.advise import advise as ask
    from evaluation.pipeline.guide_screen import print_guide

    print_guide(ask(study, overrides or (), _root(root), watcher=_watcher(quiet)))


@app.command()
def compare(
    study: StudyName,
    overrides: Overrides = None,
    models: Annotated[
        str, typer.Option("--models", metavar="A,B,...", help="Names from `evaluation advise`; else all that apply.")
    ] = "",
    quiet: Quiet = False,
    workers: WorkersName = "",
    root: Root = None,
) -> None:
    """Fit several models to a study's panel and set their answers side by side, each with the weight it deserves.

    Finished fits are kept, so that it goes on where it stopped. What it writes, reports/STUDY@compare, is no part of
    the study.

    \b
    evaluation compare buyer_laws
    evaluation compare buyer_laws --models staggered,interrupted_series
    """  # noqa: D301 - click reads the sign \b itself, and leaves the lines below it as they are
    from evaluation.pipeline.compare import compare as set_side_by_side
    from evaluation.pipeline.compare_screen import print_comparison

    here = _root(root)
    chosen = tuple(name.strip() for name in models.split(",") if name.strip())
    session = _session(quiet, workers, here)
    seen, page = set_side_by_side(study, chosen, overrides or (), here, watcher=_watcher(quiet), session=session)
    print_comparison(seen)
    typer.echo(f"{study}: the comparison is {page}")


@app.command()
def scenario(
    study: StudyName,
    units: Annotated[list[str], typer.Argument(metavar="UNIT...", help="Units of the study that do not have it yet.")],
    intensity: Annotated[float, typer.Option("--intensity", help="Share of a full measure, 0 to 1.")] = 1.0,
    years: Annotated[int, typer.Option("--years", help="How many years.")] = 1,
    root: Root = None,
) -> None:
    """Say what to expect were further units to adopt, from a study that has been run; a withheld claim refuses.

    \b
    evaluation scenario buyer_laws DNK FIN --years 5
    evaluation scenario simulated_ads SIM01 --intensity 0.5
    """  # noqa: D301 - click reads the sign \b itself, and leaves the lines below it as they are
    from evaluation.pipeline.scenario import show_scenario

    show_scenario(study, units, _root(root), intensity=intensity, years=years)


@app.command()
def lock(
    study: StudyName,
    again: Annotated[bool, typer.Option("--again", help="Lock once more; the first lock stays.")] = False,
    root: Root = None,
) -> None:
    """Lock the plan of a study before its outcomes are looked at; the report tells every later deviation.

    Writes data/locks/STUDY.yaml: question, figures, model, priors, checks, assertions and seed. Commit that file.
    """
    from evaluation.pipeline.lock import lock as lock_plan

    typer.echo(f"{lock_plan(study, _root(root), again=again)}: commit it")


@app.command("list")
def list_studies(root: Root = None) -> None:
    """Studies, their titles, and how far each has come."""
    from evaluation.pipeline.screen import print_studies

    print_studies(_root(root))


@app.command()
def show(study: StudyName, root: Root = None) -> None:
    """The claims of a study in the terminal."""
    from evaluation.pipeline.screen import print_claims
    from evaluation.pipeline.store import Place

    print_claims(Place(_root(root), study))


@app.command()
def site(root: Root = None) -> None:
    """Write the pages over all studies, below reports/: what each found, theory of change, map, side by side.

    Takes seconds, and fits nothing again. The pages need no server: reports/index.html opens as a file.
    """
    from evaluation.pipeline.site import write_site

    typer.echo(str(write_site(_root(root))))


@app.command()
def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0: any that is free.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address; open nothing.")] = False,
    root: Root = None,
) -> None:
    """Open the site in a browser, from this machine and for this machine only, until Ctrl-C.

    \b
    evaluation serve
    evaluation serve --port 8000 --no-browser
    """  # noqa: D301 - click reads the sign \b itself, and leaves the lines below it as they are
    from evaluation.pipeline.serve import serve as open_site

    open_site(_root(root), port, browser=not no_browser, say=typer.echo)


@app.command("import")
def import_file(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="unodc, world_bank, laws, ...")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file as its publisher offers it.")],
    root: Root = None,
) -> None:
    """Read a publisher's file into tidy tables under data/raw."""
    from evaluation.panel.sources import import_source

    for written in import_source(source, file, _root(root) / "data"):
        typer.echo(str(written))


@app.command()
def new(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="A new name: small letters, digits, _.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the file; write nothing.")] = False,
    root: Root = None,
) -> None:
    """Write a commented study file for your own figures."""
    from evaluation.pipeline.new_study import new_study_text, write_new_study

    typer.echo(new_study_text(study) if dry_run else f"{write_new_study(study, _root(root))}: open it and fill it in")


def main() -> None:
    """Entry point of the `evaluation` command."""
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")  # else pymc announces every sampler
    try:
        app(prog_name="evaluation")
    except EvaluationError as error:
        if os.environ.get("EVALUATION_DEBUG"):
            raise
        _print_problems(error)
        sys.exit(error.exit_code)
    except SystemExit as leaving:
        if leaving.code == 130:
            typer.echo("\ninterrupted; run again to go on", err=True)
        raise


def _print_problems(error: EvaluationError) -> None:
    count = len(error.problems)
    typer.echo(f"{error.kind}: {count} {'problem' if count == 1 else 'problems'}", err=True)
    for problem in error.problems:
        typer.echo(f"  - {problem}", err=True)


def _root(given: Path | None) -> Path:
    """The project's folder: as given, else the nearest one above that holds conf/config.yaml."""
    if given is not None:
        return given
    here = Path.cwd()
    found = next((folder for folder in (here, *here.parents) if (folder / "conf" / "config.yaml").is_file()), here)
    return Path(os.path.relpath(found))


def _watcher(quiet: bool) -> "Watcher":
    from evaluation.pipeline.run import Silent
    from evaluation.pipeline.screen import Screen

    return Silent() if quiet else Screen()


def _session(quiet: bool, workers: str, root: Path) -> "Session":
    """Progress bars are for a terminal; in a log they are noise."""
    from evaluation.pipeline.many_fits import workers_named
    from evaluation.pipeline.stages import Session

    return Session(progress=not quiet and sys.stderr.isatty(), workers=workers_named(workers, root))


if __name__ == "__main__":
    main()
