# Mọi việc hằng ngày đi qua các lệnh này; `make` không tham số liệt kê chúng.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo test browser check fix bench hostile properties faults office docs trial years hooks clean

help: ## Liệt kê các lệnh
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Cần Python 3.11 (lệnh $(PYTHON)); đặt PYTHON=… nếu tên khác." >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Cài các thư viện đã khóa phiên bản vào $(VENV) (lần đầu mất một hai phút) …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e . >/dev/null
	@$(BIN)/python -m flows.first_start
	@touch $@

demo: $(READY) ## Chạy trọn 6 tháng đầu năm 2022 trên dữ liệu mẫu
	@$(BIN)/cchc demo

test: $(READY) ## Chạy các phép thử
	$(BIN)/python -m pytest -n auto --dist worksteal

browser: $(READY) ## Mở mọi trang công bố trong Chromium và cho axe-core soát (cần chromium)
	CCHC_EVERY_PAGE=1 $(BIN)/python -m pytest -m browser tests/tasks/publish/test_browser.py

check: $(READY) ## Kiểm tra kiểu, văn phong mã và tài liệu sinh tự động
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m flows.dictionary --check

fix: $(READY) ## Tự sửa những gì sửa được
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## Đo thời gian từng bước bên cạnh cách làm bằng pandas.read_excel
	$(BIN)/python -m tests.bench

hostile: $(READY) ## Mọi tệp độc hại và nhiều nghìn tệp biến dạng qua phần kiểm tra và qua thu nhận (lâu)
	CCHC_LONG=1 $(BIN)/python -m pytest -n auto --dist worksteal tests/hostile tests/tasks/collect/test_sandbox.py tests/flows/test_serve.py tests/flows/test_server.py
	$(BIN)/python -m tests.hostile 20000

properties: $(READY) ## Thử các tính chất của phép tính trên nhiều ví dụ gấp tám lần (lâu)
	CCHC_LONG=1 $(BIN)/python -m pytest -n auto --dist worksteal -m hypothesis

office: $(READY) ## In thử bằng LibreOffice mọi văn bản của nơi làm việc var/ (chạy demo trước), xem từng trang
	@command -v soffice pdftoppm >/dev/null || { echo "Cần LibreOffice (soffice) và poppler-utils (pdftoppm)." >&2; exit 2; }
	$(BIN)/python -m tests.office var build/office

faults: $(READY) ## Ngắt lượt chạy ở từng dòng; đĩa đầy, khóa, mất cơ sở dữ liệu, máy chủ thư hỏng, đồng hồ; cài từng lỗi (lâu)
	$(BIN)/python -W ignore -m tests.faults
	$(BIN)/python -W ignore -m tests.faults.planted

docs: $(READY) ## Sinh lại từ điển chỉ tiêu, quy tắc
	$(BIN)/python -m flows.dictionary

trial: $(READY) ## Đếm lại số lần báo nhầm của các quy tắc so với kỳ trước trên các năm mẫu
	$(BIN)/python -m flows.false_alarms
	$(BIN)/python -m flows.dictionary

years: $(READY) ## Chạy «cchc demo --years 2025-2025» trọn năm sáp nhập và soát mọi trang của nó (vài phút)
	CCHC_LONG=1 $(BIN)/python -m pytest tests/flows/test_sample_years.py

hooks: $(READY) ## Cài pre-commit
	$(BIN)/pre-commit install

clean: ## Xóa môi trường và dữ liệu của demo (không bao giờ xóa số liệu thật)
	rm -rf $(VENV)
	@if [ -f var/SO-LIEU-MINH-HOA.txt ]; then rm -rf var; fi
