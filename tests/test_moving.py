"""The page for those who come from Go names all that they may be looking for.

And what it names of ours is there.
"""

import re

import pytest

import dynamorm_async
from dynamorm_async import Database, LambdaDB, MultiAccountDB, Query, UpdateBuilder
from tests.pages import ROOT

PAGE = (ROOT / "docs" / "moving" / "from-go-dynamorm.md").read_text(encoding="utf-8")

INTERFACES = {
    "DB": "Model Transaction Migrate AutoMigrate Close WithContext",
    "ExtendedDB": "AutoMigrateWithOptions RegisterTypeConverter CreateTable "
    "EnsureTable DeleteTable DescribeTable WithLambdaTimeout WithLambdaTimeoutBuffer "
    "TransactionFunc Transact TransactWrite",
    "Query": "Where Index Filter OrFilter FilterGroup OrFilterGroup IfNotExists "
    "IfExists WithCondition WithConditionExpression OrderBy Limit Offset Select "
    "ConsistentRead WithRetry First All AllPaginated Count Create CreateOrUpdate "
    "Update UpdateBuilder Delete Scan ParallelScan ScanAllSegments BatchGet "
    "BatchGetWithOptions BatchGetBuilder BatchCreate BatchDelete BatchWrite "
    "BatchUpdateWithOptions Cursor SetCursor Sum Average Min Max Aggregate "
    "CountDistinct GroupBy Having Compile BatchUpdate BatchDeleteWithOptions "
    "BatchWriteWithOptions BatchCreateWithResult QueryTimeout WithCancellation "
    "WithOptimizer",
    "UpdateBuilder": "Set SetIfNotExists Add Increment Decrement Remove Delete "
    "AppendToList PrependToList RemoveFromListAt SetListElement Condition OrCondition "
    "ConditionExists ConditionNotExists ConditionVersion ReturnValues Execute "
    "ExecuteWithResult",
    "TransactionBuilder": "Put Create Update UpdateWithBuilder Delete ConditionCheck "
    "ConditionExpression AtVersion Execute",
    "Lambda": "NewLambdaOptimized LambdaInit PreRegisterModels IsModelRegistered "
    "OptimizeForColdStart OptimizeForMemory GetMemoryStats IsLambdaEnvironment "
    "GetLambdaMemoryMB EnableXRayTracing GetRemainingTimeMillis BenchmarkColdStart "
    "NewMultiAccount Partner AddPartner RemovePartner PartnerContext "
    "GetPartnerFromContext",
    "Schema": "WithBillingMode WithThroughput WithStreamSpecification "
    "WithSSESpecification WithGSICreate WithGSIDelete WithTargetModel WithDataCopy "
    "WithTransform WithBatchSize WithBackupTable CopyAllFields RenameField AddField "
    "RemoveField ChainTransforms UnmarshalItem UnmarshalItems UnmarshalStreamImage",
}

OURS = {
    Database: "transaction transaction_func transact_get migrate auto_migrate "
    "auto_migrate_with_options create_table ensure_table delete_table describe_table "
    "register_type_converter with_lambda_timeout with_lambda_timeout_buffer "
    "with_timeout batch_writer plan aclose model",
    LambdaDB: "get_memory_stats",
    MultiAccountDB: "partner add_partner remove_partner",
    Query: "where filter or_filter filter_group or_filter_group index order_by limit "
    "page_size offset select consistent_read with_retry cursor set_cursor "
    "parallel_scan if_not_exists if_exists with_condition with_condition_expression "
    "first first_or_none one all all_paginated pages count exists scan "
    "scan_all_segments create put create_or_update update update_builder delete "
    "batch_get batch_create batch_delete batch_write batch_update_with_options sum "
    "average min max count_distinct group_by compile explain",
    UpdateBuilder: "set add increment decrement remove delete set_if_not_exists "
    "append_to_list prepend_to_list remove_from_list_at set_list_element condition "
    "or_condition condition_exists condition_not_exists condition_version "
    "return_values execute execute_with_result",
}


@pytest.mark.parametrize("interface", INTERFACES)
def test_every_name_of_the_go_library_is_there(interface: str) -> None:
    named = set(re.findall(r"`([A-Z]\w+)`", PAGE))
    assert set(INTERFACES[interface].split()) - named == set()


@pytest.mark.parametrize("owner", OURS, ids=lambda owner: owner.__name__)
def test_what_it_names_of_ours_exists(owner: type) -> None:
    for name in OURS[owner].split():
        assert hasattr(owner, name)
        assert re.search(rf"\b{name}\b", PAGE), name


def test_every_error_it_names_exists() -> None:
    ours = {each.rpartition("`")[2] for each in re.findall(r"`(?!Err)\w+Error\b", PAGE)}
    theirs = {"TransactionError", "EncryptedFieldError"}
    assert ours - theirs <= set(dynamorm_async.__all__)
