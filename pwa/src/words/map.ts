import { dictionary } from './dictionary'

export default dictionary({
  zh: {
    map_loading: '正在打开地图…',
    map_simple: '这部手机画不了完整地图，下面是网格示意图',
    map_failed: '地图没有打开，列表照常可用',
    map_listed_only: '只标出列表里最急的 {count} 处，网格的数和颜色按全部计',
    map_label: '隐患地图',
    me_here: '我的位置，误差约 {metres} 米',
    accuracy: '定位 ±{metres} 米',
    grids_notice: '网格界线仅供工作使用',
    no_base_map: '无底图',
    base_map_silent: '底图暂时取不到',
    zoom_in: '放大',
    zoom_out: '缩小',
    locate: '回到我的位置',
  },
  en: {
    map_loading: 'Opening the map…',
    map_simple: 'This phone cannot draw the full map; here are the grids',
    map_failed: 'The map did not open; the list works as usual',
    map_listed_only: 'only the {count} most urgent of the list are marked; numbers and shades count all',
    map_label: 'Hazard map',
    me_here: 'My position, within about {metres} m',
    accuracy: 'Position ±{metres} m',
    grids_notice: 'Grid lines are working lines only',
    no_base_map: 'no base map',
    base_map_silent: 'the base map cannot be reached',
    zoom_in: 'Zoom in',
    zoom_out: 'Zoom out',
    locate: 'To my position',
  },
})
