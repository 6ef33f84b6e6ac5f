export const recompute = {
  recompute: {
    title: "在本机重算", open: "在本机重算", back: "返回案件", run: "在本机重算", again: "再算一次", running: "正在计算", loading: "正在本机启动 Python，首次需要几秒",
    intro: "报告冻结时的输入将在您的浏览器里按同一套公式重新计算，再与平台的结果、链上承诺逐行比较。计算不离开本机。",
    cannot: { no_worker: "此浏览器不支持后台线程，无法在本机重算。", no_wasm: "此浏览器不支持 WebAssembly，无法在本机重算。", too_slow: "本机未能在时限内启动计算。", failed: "本机计算未能完成。" },
    cannotMeaning: "本机没有给出结果，平台的结果未经本机核对。请换用新版浏览器或另一台电脑；也可用命令行 tanheng verify 核对。",
    lamp: { platform: "平台", browser: "本机", ledger: "链上" }, equal: "一致", unequal: "不一致", trees: "报告公式树", result: "结论", subtotal: "小计",
    allEqual: "平台、本机、链上三方一致，共 {{count}} 个数值。", differ: "结果不一致，请勿批准。",
    differMeaning: "下表标出了不一致的数值。请先不要记录重算步骤，并联系管理员。", rootMeaning: "报告中公开的数值不能还原链上的承诺根：报告数据与链上不符。", digestMeaning: "报告数据的摘要与链上记录不同：这不是企业签署的那一份。",
    figures: "逐行比较", proof: "依据", root: "链上承诺根", guidelineHash: "指南公式摘要", engine: "计算程序摘要",
    licences: "浏览器中的 Python 为 Pyodide（MPL-2.0），第三方许可证",
    copyNote: "承诺根取自本平台跟随账本得到的记录。要直接询问组织自己的节点，请用 tanheng verify。",
    timeCold: "用时 {{total}} 秒：启动 {{boot}}、载入公式 {{engine}}、计算 {{run}}。", timeWarm: "用时 {{total}} 秒，其中计算 {{run}}。",
    whatIf: "改一个因子试算", whatIfNote: "只在本机计算，不改动任何记录", try: "试算", change: "与报告相差",
  },
};
