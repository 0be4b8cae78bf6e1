import xarray as xr

from evaluation.checks.words import Names, names_of


def test_a_panel_names_its_units_those_left_out_and_its_indicators(panel: xr.Dataset) -> None:
    names = names_of(panel.assign_attrs(unit_names='{"IRL": "Ireland"}'))
    assert (names.unit("U03"), names.unit("IRL"), names.unit("XYZ")) == ("Country 3", "Ireland", "XYZ")
    assert names.indicator("victims") == "Victims, all forms"


def test_without_labels_an_indicator_is_what_it_says_and_else_its_key_in_words(panel: xr.Dataset) -> None:
    unlabelled = panel.drop_vars("indicator_label")
    assert names_of(unlabelled).indicator("control") == "burglaries known to police"
    bare = names_of(unlabelled.drop_vars(["indicator_says", "unit_name"]))
    assert (bare.indicator("job_ads"), bare.unit("U03")) == ("job ads", "U03")


def test_labels_of_parameters_are_told_in_names() -> None:
    names = Names({"NOR": "Norway", "1": "First"}, {"victims": "Victims, all forms"})
    assert names.told("buyer_law:NOR") == "buyer_law:Norway"
    assert names.told("noise_sd[victims]") == "noise_sd[Victims, all forms]"
    assert names.told("victims_sd") == "victims_sd"  # a whole word or none
    assert names.told("-1") == "-1"  # a lead is no unit
