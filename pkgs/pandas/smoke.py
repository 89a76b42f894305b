"""CSV, groups, dates and JSON: each by another of pandas' extensions."""

import io

import pandas as pd

CSV = """board,cores,seen
VisionFive,4,2023-02-01
3A6000,8,2023-11-28
K1,8,2024-05-10
"""
boards = pd.read_csv(io.StringIO(CSV), parse_dates=["seen"])
assert boards.groupby("cores")["board"].agg(list).to_dict() == {4: ["VisionFive"], 8: ["3A6000", "K1"]}
assert boards.set_index("seen")["cores"].resample("YS").sum().tolist() == [12, 8]
assert pd.read_json(io.StringIO(boards.to_json(date_format="iso")))["cores"].tolist() == [4, 8, 8]
assert boards["cores"].rolling(2).mean().tolist()[1:] == [6.0, 8.0]

gaps = pd.Series([1.0, None])
assert pd.to_datetime(gaps, unit="D").isna().tolist() == [False, True]
assert pd.to_timedelta(gaps, unit="D").isna().tolist() == [False, True]
