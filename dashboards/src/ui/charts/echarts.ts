/** The parts of ECharts that the product draws with; loaded after the numbers are on the page. */
import { BarChart, LineChart, GraphChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use, type ECharts } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, GraphChart, GridComponent, TooltipComponent, CanvasRenderer]);
export { init, type ECharts };
